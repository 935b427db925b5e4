// `account`: who can sign in, and the way back in for whoever cannot: also for the only operator.
import { accountEmail } from '../access/account.ts'
import { makeReset } from '../access/resets.ts'
import { findUser, listAccounts } from '../db/access/people.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { addressOf } from './address.ts'
import { BadCall, type Command, type Io } from './command.ts'

export const accountCommand: Command = {
  usage: 'account list | account reset EMAIL [--codes] [--url URL]',
  help: `  list         everybody with an account: email, what they may do, how they sign in
  reset EMAIL  prints a link with which this person sets a new password, once, within a day;
               using it ends their sessions
  --codes      the link also turns their one-time codes off: the phone is lost
  --url URL    the relay's address (PUBLIC_URL, else http://HOST:PORT)

Exit: 0 done, 2 nobody has an account with this email.`,
  options: { codes: { type: 'boolean' }, url: { type: 'string' } },
  arguments: { needs: ['list or reset EMAIL'], max: 2 },
  async run(call) {
    const { positionals, flag, io } = call
    const [what, email] = positionals
    const isList = what === 'list' && email === undefined
    const isReset = what === 'reset' && email !== undefined
    if (!isList && !isReset) throw new BadCall('say either list or reset EMAIL')
    const settings = call.config()
    const base = addressOf(call, settings)
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      if (isList) await list(installation, io)
      else io.out(`${base}/reset/${await reset(installation, email ?? '', flag('codes'))}`)
      return 0
    } finally {
      await installation.close()
    }
  },
}

async function list({ db }: Installation, io: Io): Promise<void> {
  const accounts = await listAccounts(db.orm)
  if (accounts.length === 0)
    io.note('Nobody has an account yet: a relay that starts prints the link that makes the first.')
  for (const { email, operator, partners, password, codes } of accounts) {
    const places = [...(operator ? ['operator'] : []), ...partners]
    const ways = [password ? 'password' : 'no password', ...(codes ? ['one-time codes'] : [])]
    io.out([email, places.join(', ') || 'nowhere', ways.join(', ')].join('  '))
  }
}

async function reset({ db }: Installation, email: string, codes: boolean): Promise<string> {
  const user = await findUser(db.orm, accountEmail(email) ?? '')
  const wanted = { userId: user?.id ?? '', codes, actor: 'command line', partnerId: null }
  const made = await makeReset(db.orm, wanted)
  if (!made.ok) throw new BadCall(`nobody has an account with the email ${email}`)
  return made.token
}
