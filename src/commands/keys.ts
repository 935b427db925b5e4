// `keys`: the master key, and a change of it.
import { asLogin } from '../db/open.ts'
import { countSealed, type SealedCount } from '../db/sealed.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { resealAll } from '../resealing.ts'
import { BadCall, type Call, type Command, type Io } from './command.ts'

export const keysCommand: Command = {
  usage: 'keys (status | rotate)',
  help: `  status  how many secrets are sealed with RELAY_KEY, and how many with another key
  rotate  seals everything with RELAY_KEY that a key of RELAY_KEY_PREVIOUS has sealed

To change the key while relays run: start all of them with the new key in RELAY_KEY_PREVIOUS; then
all with both changed round; then \`keys rotate\`, which may be killed and called again; and when
\`keys status\` ends with 0, all without the old one. What emails are hashed with stays the same.

Exit: 0 everything is sealed with RELAY_KEY, 1 something is not, 2 there is no such form.`,
  arguments: { needs: ['status or rotate'], max: 1 },
  async run(call) {
    const [what = ''] = call.positionals
    const form = Object.hasOwn(forms, what) ? forms[what] : undefined
    if (form === undefined)
      throw new BadCall(`there is no “keys ${what}”: say keys status or keys rotate`)
    const options = { owner: false, migrate: false, log: call.io.note }
    const installation = await openInstallation(call.config(), options)
    try {
      return await form(installation, call)
    } finally {
      await installation.close()
    }
  },
}

const forms: Readonly<Record<string, (it: Installation, call: Call) => Promise<number>>> = {
  status,
  async rotate(it, call) {
    const { db, vault } = it
    const done = await asLogin(db.direct, (sql) =>
      resealAll({
        sql,
        orm: db.orm,
        vault,
        actor: 'command line',
        progress: ({ table, column, resealed }) => call.io.note(`${table}.${column}: ${resealed}`),
      }),
    )
    for (const { table, column, unopened } of done)
      if (unopened > 0)
        call.io.out(`✗ ${table}.${column}: ${unopened} open with none of the keys given`)
    return status(it, call)
  },
}

async function status({ db, vault }: Installation, { io }: Call): Promise<number> {
  const [head] = vault.heads
  const counts = await asLogin(db.direct, countSealed)
  const others = counts.filter((count) => count.head !== head)
  const sum = (rows: readonly SealedCount[]) => rows.reduce((n, row) => n + row.n, 0)
  const well = others.length === 0
  io.out(
    `${well ? '✓' : '✗'} secrets: ${sum(counts) - sum(others)} of ${sum(counts)} are sealed with RELAY_KEY`,
  )
  tell(io, others, vault.heads)
  return well ? 0 : 1
}

function tell(io: Io, others: readonly SealedCount[], heads: readonly string[]): void {
  for (const { table, column, head, n } of others) {
    const by = heads.includes(head) ? 'a previous key' : 'a key that is not given'
    io.out(`  ${table}.${column}: ${n} with ${by}`)
  }
}
