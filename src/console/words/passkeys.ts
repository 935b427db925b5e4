// Passkeys: in the account, at sign-in, and what the browser had to say.
import { limits } from '../../limits.ts'

const en = {
  signIn: 'Sign in with a passkey',
  title: 'Passkeys',
  why: 'Sign in with a fingerprint, a face, a PIN or a security key instead of the password and the code. A passkey stays with you, on the device or in your password manager; the relay keeps only its public half.',
  name: 'Name',
  nameHelp: 'By which you know it among the others.',
  add: 'Add a passkey',
  added: (when: string) => `added ${when}`,
  used: (when: string) => `last used ${when}`,
  unused: 'not used yet',
  onlyAt: (host: string) => `works only at ${host}`,
  elsewhere: (origin: string) =>
    `To add a passkey, open this page at ${origin}, in a browser that has passkeys and runs JavaScript.`,
  nowhere:
    'Passkeys work only where the relay is opened over https and by a name, not by an IP address. Its operator knows that address (PUBLIC_URL).',
  remove: 'Remove',
  removeSays: (name: string) =>
    `“${name}” will no longer open this account. Delete it on the device, too, or it will go on offering it. Sessions that were begun with it stay open: end them below.`,
  removeYes: 'Remove this passkey',
  /** By what came of asking the browser: for a new one, and for one to sign in with. */
  create: {
    cancelled: 'No passkey was made: it was cancelled. You can begin again.',
    late: 'No passkey was made: it took too long. Begin again.',
    already: 'This device, or this password manager, has a passkey for your account already.',
    unable:
      'This device cannot make such a passkey: it needs a fingerprint, a face or a PIN. Set one up on it, or take another device.',
    failed: 'The browser could not make a passkey. Load the page again, or try another browser.',
  },
  get: {
    cancelled:
      'You are not signed in: it was cancelled, or there is no passkey for this relay here. Try again, or sign in with your password.',
    late: 'You are not signed in: it took too long. Try again.',
    already: 'You are not signed in. Try again.',
    unable: 'This device cannot use passkeys. Sign in with your password.',
    failed:
      'The browser could not ask for a passkey. Load the page again, or sign in with your password.',
  },
  problems: {
    name: `A passkey needs a name, of at most ${limits.nameCharsMax} characters.`,
    many: `You have ${limits.passkeysPerUserMax} passkeys, and there is no room for more. Remove one that you no longer use.`,
    over: 'That took too long, or was sent twice. No passkey was added; please begin again.',
    unfit: 'What the browser has sent is no passkey for this relay. Begin again.',
    known: 'This passkey is in use here already.',
  },
}

const ru: typeof en = {
  signIn: 'Войти с ключом доступа',
  title: 'Ключи доступа',
  why: 'Входите по отпечатку пальца, лицу, PIN-коду или аппаратному ключу — вместо пароля и одноразового кода. Ключ доступа остаётся у вас, на устройстве или в менеджере паролей; у релея хранится только его открытая часть.',
  name: 'Название',
  nameHelp: 'Чтобы отличать его от других.',
  add: 'Добавить ключ доступа',
  added: (when) => `добавлен ${when}`,
  used: (when) => `последний вход ${when}`,
  unused: 'ещё не использовался',
  onlyAt: (host) => `действует только на ${host}`,
  elsewhere: (origin) =>
    `Чтобы добавить ключ доступа, откройте эту страницу по адресу ${origin} в браузере, который поддерживает ключи доступа и выполняет JavaScript.`,
  nowhere:
    'Ключи доступа работают, только когда релей открыт по https и по имени, а не по IP-адресу. Какой это адрес, знает оператор (PUBLIC_URL).',
  remove: 'Удалить',
  removeSays: (name) =>
    `Войти с ключом «${name}» больше не получится. Удалите его и на устройстве, иначе оно будет предлагать его и дальше. Уже начатые сеансы останутся — их можно завершить ниже.`,
  removeYes: 'Удалить ключ доступа',
  create: {
    cancelled: 'Ключ доступа не создан: вы отменили запрос. Можно начать сначала.',
    late: 'Ключ доступа не создан: время вышло. Начните сначала.',
    already: 'На этом устройстве или в этом менеджере паролей уже есть ваш ключ доступа.',
    unable:
      'Это устройство не может создать ключ доступа: нужен отпечаток, лицо или PIN-код. Настройте их или возьмите другое устройство.',
    failed:
      'Браузер не смог создать ключ доступа. Обновите страницу или попробуйте в другом браузере.',
  },
  get: {
    cancelled:
      'Войти не получилось: запрос отменён, или ключа доступа к этому релею здесь нет. Попробуйте ещё раз или войдите с паролем.',
    late: 'Войти не получилось: время вышло. Попробуйте ещё раз.',
    already: 'Войти не получилось. Попробуйте ещё раз.',
    unable: 'Это устройство не поддерживает ключи доступа. Войдите с паролем.',
    failed: 'Браузер не смог запросить ключ доступа. Обновите страницу или войдите с паролем.',
  },
  problems: {
    name: `Ключу доступа нужно название, не длиннее ${limits.nameCharsMax} символов.`,
    many: `У вас уже ${limits.passkeysPerUserMax} ключей доступа, больше добавить нельзя. Удалите тот, которым не пользуетесь.`,
    over: 'Прошло слишком много времени, или запрос отправлен дважды. Ключ доступа не добавлен, начните сначала.',
    unfit: 'То, что прислал браузер, — не ключ доступа к этому релею. Начните сначала.',
    known: 'Этот ключ доступа уже используется.',
  },
}

export const passkeys = { en, ru }
