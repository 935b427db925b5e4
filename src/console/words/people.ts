// One person: did they get the bonus, and if not, why?
const en = {
  title: 'People',
  help: 'Type an email and read what happened, in plain words.',
  email: 'Email',
  ask: 'Tell the story',
  unusable: 'This is not an email address.',
  unknown: (email: string) => `Nothing is known about ${email}.`,
  unknownHelp:
    'No rule found this address, and no bonus was made for it. Was it written differently? An event with it may have come that no rule took: look in the events.',
  story: 'What happened',
  bonuses: 'Bonuses',
  cut: 'The story is longer than what is told here.',
  receipt: 'Download receipt',
  receiptHelp:
    'A signed proof of what MOAB answered, and when. Anyone can check it with the public key of this relay:',
  noReceipt: 'There is nothing to prove yet.',
  events: 'Events',
}

const ru: typeof en = {
  title: 'Люди',
  help: 'Введите email и прочитайте простыми словами, что произошло.',
  email: 'Email',
  ask: 'Показать историю',
  unusable: 'Это не адрес электронной почты.',
  unknown: (email) => `О ${email} ничего не известно.`,
  unknownHelp:
    'Ни одно правило не нашло этот адрес, и бонуса на него не было. Может быть, он записан иначе? Событие с ним могло прийти, но не подойти ни под одно правило: посмотрите в событиях.',
  story: 'Что произошло',
  bonuses: 'Бонусы',
  cut: 'История длиннее того, что здесь рассказано.',
  receipt: 'Скачать подтверждение',
  receiptHelp:
    'Подписанное доказательство того, что и когда ответил MOAB. Проверить его может любой по открытому ключу этого релея:',
  noReceipt: 'Подтверждать пока нечего.',
  events: 'События',
}

export const people = { en, ru }
