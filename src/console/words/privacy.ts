// Personal data: what is kept how long, and how a person goes.
import { limits } from '../../limits.ts'
import { erasedWords } from '../../privacy/erased-words.ts'

const days = Math.round(limits.parkedToldMs / 86_400_000)

const en = {
  retention: {
    help: 'What is over goes within an hour, for good. Empty: kept without end.',
    kept: {
      bodies: {
        label: 'Requests as they came, in days',
        help: `Payloads and headers. Without them an event can no longer be judged again. What still waits to be checked keeps its own for ${days} days more, from an alarm on.`,
      },
      ledger: {
        label: 'Events, calls, and addresses of bonuses, in days',
        help: 'A keyed hash of each address stays, so that nobody gets a bonus twice.',
      },
      audit: { label: 'The audit trail, in days', help: 'It is cut at a signed checkpoint.' },
    },
    between: (min: string, max: string) => `From ${min} to ${max}.`,
    wrong: (min: string, max: string) => `A whole number from ${min} to ${max}, or nothing.`,
    saved: 'Saved.',
    unsure: 'This deletes what is older, for good. Say below that this is what you want.',
    sure: 'I know that what is older is deleted within an hour, and that nobody can bring it back.',
    endless: 'without end',
    shorter: 'What is older than that is removed within an hour, and cannot be brought back.',
  },
  person: {
    copy: 'Download everything about this person',
    copyHelp: 'As JSON, for a person who asks what is kept. Noted in the audit trail.',
    erase: 'Erase this person',
    eraseSays:
      'Addresses, payloads and whatever else names this person go, however the address is capitalised; bonuses that wait are not sent any more, and none will be made again. This cannot be undone. Copies in backups stay until those are gone.',
    type: 'To confirm, type the address once more',
    eraseYes: 'Erase for good',
    notSame:
      'Nothing was erased: the address typed to confirm is not the one that was asked about.',
  },
  erasure: {
    title: 'An erasure',
    phases: {
      searching: 'under way: what leads to the person is gone, payloads are being searched',
      confirming: 'under way: what was at work comes to rest',
      done: 'done',
    },
    asked: 'Asked for',
    done: 'Done',
    person: 'Person (keyed hash)',
    record: 'Download the signed record',
    recordHelp: 'Proof that the person was erased, and when. It names nobody.',
    erased: 'What went',
    nothing: 'nothing was kept',
    kinds: erasedWords.en,
  },
}

const ru: typeof en = {
  retention: {
    help: 'То, чей срок прошёл, удаляется в течение часа и навсегда. Пусто: хранить бессрочно.',
    kept: {
      bodies: {
        label: 'Запросы в том виде, как пришли, дней',
        help: `Содержимое и заголовки. Без них к событию нельзя применить правила заново. Запрос события, которое ещё ждёт проверки, хранится на ${days} дней дольше, начиная с тревоги.`,
      },
      ledger: {
        label: 'События, обращения и адреса бонусов, дней',
        help: 'Хеш каждого адреса остаётся, чтобы никто не получил бонус дважды.',
      },
      audit: { label: 'Журнал действий, дней', help: 'Обрезается по подписанной отметке.' },
    },
    between: (min, max) => `От ${min} до ${max}.`,
    wrong: (min, max) => `Целое число от ${min} до ${max} или ничего.`,
    saved: 'Сохранено.',
    unsure: 'То, что старше, будет удалено навсегда. Подтвердите ниже, что вам это и нужно.',
    sure: 'Я понимаю: всё, что старше, удалится в течение часа, и вернуть это не сможет никто.',
    endless: 'бессрочно',
    shorter: 'Всё, что старше, удалится в течение часа, вернуть это нельзя.',
  },
  person: {
    copy: 'Скачать всё об этом человеке',
    copyHelp: 'В JSON, если человек спрашивает, что о нём хранится. Попадёт в журнал действий.',
    erase: 'Удалить данные этого человека',
    eraseSays:
      'Удалятся адреса, содержимое запросов и всё остальное, что называет этого человека, как бы ни был записан адрес; ожидающие бонусы не уйдут, новых тоже не будет. Отменить нельзя. В резервных копиях данные останутся, пока не удалены сами копии.',
    type: 'Чтобы подтвердить, введите адрес ещё раз',
    eraseYes: 'Удалить навсегда',
    notSame: 'Ничего не удалено: для подтверждения введён не тот адрес, о котором шла речь.',
  },
  erasure: {
    title: 'Удаление данных',
    phases: {
      searching: 'идёт: всё, что ведёт к человеку, уже удалено, просматриваются тела запросов',
      confirming: 'идёт: завершается то, что было в работе',
      done: 'выполнено',
    },
    asked: 'Запрошено',
    done: 'Выполнено',
    person: 'Человек (хеш)',
    record: 'Скачать подписанный акт',
    recordHelp: 'Доказательство того, что данные удалены и когда. Никого не называет.',
    erased: 'Что удалено',
    nothing: 'ничего не хранилось',
    kinds: erasedWords.ru,
  },
}

export const privacy = { en, ru }
