// `account`: who can sign in, and the way back in for whoever cannot: also for the only operator.
import { accountEmail } from '../access/account.ts'
import { makeReset } from '../access/resets.ts'
import { findUser, listAccounts } from '../db/access/people.ts'
import type { Role } from '../db/access/schema.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { addressOf } from './address.ts'
import { BadCall, type Call, type Command, type Language } from './command.ts'

export const accountCommand: Command = {
  usage: 'account list | account reset EMAIL [--codes] [--url URL]',
  help: {
    en: `  list         everybody with an account: email, what they may do, how they sign in
  reset EMAIL  prints a link with which this person sets a new password, once, within a day;
               using it ends their sessions and removes their passkeys
  --codes      the link also turns their one-time codes off: the phone is lost
  --url URL    the relay's address (PUBLIC_URL, else http://HOST:PORT)

Exit: 0 done, 2 nobody has an account with this email.`,
    ru: `  list         все, у кого есть учётная запись: email, что им можно и как они входят
  reset EMAIL  печатает ссылку, по которой человек задаст новый пароль: один раз и в течение
               суток; после этого его сеансы завершатся, а ключи доступа будут удалены
  --codes      ссылка заодно отключит одноразовые коды: телефон потерян
  --url URL    адрес релея (PUBLIC_URL, иначе http://HOST:PORT)

Код выхода: 0 — сделано, 2 — учётной записи с таким email нет.`,
  },
  options: { codes: { type: 'boolean' }, url: { type: 'string' } },
  arguments: { needs: ['list or reset EMAIL'], max: 2 },
  async run(call) {
    const { positionals, flag, io } = call
    const [what, email] = positionals
    const isList = what === 'list' && email === undefined
    const isReset = what === 'reset' && email !== undefined
    if (!isList && !isReset) throw new BadCall(eitherForm)
    const settings = call.config()
    const base = addressOf(call, settings)
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      if (isList) await list(installation, call)
      else io.out(`${base}/reset/${await reset(installation, email ?? '', flag('codes'))}`)
      return 0
    } finally {
      await installation.close()
    }
  },
}

const eitherForm = {
  en: 'say either list or reset EMAIL',
  ru: 'укажите или list, или reset EMAIL',
}

const en = {
  nobody: 'Nobody has an account yet: a relay that starts prints the link that makes the first.',
  operator: 'operator',
  nowhere: 'nowhere',
  roles: {
    owner: 'owner',
    editor: 'editor',
    viewer: 'viewer',
    auditor: 'auditor',
  } satisfies Record<Role, string>,
  password: 'password',
  noPassword: 'no password',
  codes: 'one-time codes',
  passkeys: (count: number) => `passkeys: ${count}`,
}

const ru: typeof en = {
  nobody: 'Пока ни у кого нет учётной записи: ссылку для первой релей печатает при запуске.',
  operator: 'оператор',
  nowhere: 'нигде не участвует',
  roles: {
    owner: 'владелец',
    editor: 'редактор',
    viewer: 'наблюдатель',
    auditor: 'аудитор',
  },
  password: 'пароль',
  noPassword: 'без пароля',
  codes: 'одноразовые коды',
  passkeys: (count) => `ключи доступа: ${count}`,
}

const words: Record<Language, typeof en> = { en, ru }

async function list({ db }: Installation, { io, language }: Call): Promise<void> {
  const say = words[language]
  const accounts = await listAccounts(db.orm)
  if (accounts.length === 0) io.note(say.nobody)
  for (const { email, operator, memberships, ...signsIn } of accounts) {
    const places = [
      ...(operator ? [say.operator] : []),
      ...memberships.map(({ partner, role }) => `${partner}: ${say.roles[role]}`),
    ]
    const ways = [
      signsIn.password ? say.password : say.noPassword,
      ...(signsIn.codes ? [say.codes] : []),
      ...(signsIn.passkeys > 0 ? [say.passkeys(signsIn.passkeys)] : []),
    ]
    io.out([email, places.join(', ') || say.nowhere, ways.join(', ')].join('  '))
  }
}

async function reset({ db }: Installation, email: string, codes: boolean): Promise<string> {
  const user = await findUser(db.orm, accountEmail(email) ?? '')
  const wanted = { userId: user?.id ?? '', codes, actor: 'command line', partnerId: null }
  const made = await makeReset(db.orm, wanted)
  if (made.ok) return made.token
  throw new BadCall({
    en: `nobody has an account with the email ${email}`,
    ru: `учётной записи с адресом ${email} нет`,
  })
}
