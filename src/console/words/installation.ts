// What is no partner's: for operators.
const en = {
  name: 'The whole relay',
  places: {
    overview: 'Overview',
    operators: 'Operators',
    tokens: 'API tokens',
    notices: 'Notices',
    audit: 'Audit trail',
  },
  calm: 'Nothing needs you: at no partner, nor at the relay itself.',
  needs: 'What needs somebody',
  relay: 'The relay',
  since: 'since',
  uncounted:
    'The figures of all partners together take too long to add up; each partner’s are on its page.',
  look: 'Look',
  operators: {
    help: 'Operators see and change everything, at every partner. There is always one.',
    list: 'Operators',
    made: 'account made',
    lastOperator: 'This is the only operator: invite another before you go.',
    removeSays: (email: string) =>
      `${email} no longer runs the relay, from the next click on. Their account stays, and so do their roles at partners, and the API tokens that they have made: look through those as well.`,
    removeSelf:
      'You no longer run the relay, from the next click on. Only another operator can invite you again.',
    removeYes: 'Remove this operator',
    invite: 'Invite an operator',
    done: { removed: 'This person no longer runs the relay.' },
    problems: {
      member: 'This person is an operator already.',
      last_operator: 'The relay would be left without an operator: invite another one first.',
      no_operator: 'This person is no longer an operator.',
      no_account: 'Nobody has an account with this email.',
    },
    forgotten: 'A new password for somebody',
    forgottenHelp:
      'For whoever cannot sign in any more, at whichever partner. You get a link to pass on; it works once, for a day.',
  },
}

const ru: typeof en = {
  name: 'Весь релей',
  places: {
    overview: 'Обзор',
    operators: 'Операторы',
    tokens: 'Токены API',
    notices: 'Уведомления',
    audit: 'Журнал действий',
  },
  calm: 'Ничто не требует внимания: ни у партнёров, ни у самого релея.',
  needs: 'Что требует внимания',
  relay: 'Релей',
  since: 'с',
  uncounted:
    'Сложить показатели всех партнёров не удаётся: это слишком долго. Показатели каждого — на его странице.',
  look: 'Открыть',
  operators: {
    help: 'Операторы видят и меняют всё, у каждого партнёра. Хотя бы один есть всегда.',
    list: 'Операторы',
    made: 'учётная запись создана',
    lastOperator: 'Это единственный оператор: прежде чем уйти, пригласите другого.',
    removeSays: (email) =>
      `${email} сразу перестанет управлять релеем. Учётная запись останется, как и роли у партнёров и созданные этим человеком токены API: проверьте и их.`,
    removeSelf: 'Вы сразу перестанете управлять релеем. Вернуть вас сможет только другой оператор.',
    removeYes: 'Исключить оператора',
    invite: 'Пригласить оператора',
    done: { removed: 'Этот человек больше не управляет релеем.' },
    problems: {
      member: 'Этот человек уже оператор.',
      last_operator: 'Релей остался бы без оператора: сначала пригласите другого.',
      no_operator: 'Этот человек уже не оператор.',
      no_account: 'С таким email учётной записи нет.',
    },
    forgotten: 'Новый пароль для кого-нибудь',
    forgottenHelp:
      'Для того, кто больше не может войти, у любого партнёра. Вы получите ссылку, которую нужно передать; она сработает один раз, в течение суток.',
  },
}

export const installation = { en, ru }
