// `keys`: the master key, and a change of it.
import { asLogin } from '../db/open.ts'
import { countSealed, type SealedCount } from '../db/sealed.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { resealAll } from '../resealing.ts'
import { BadCall, type Call, type Command, type Language } from './command.ts'

export const keysCommand: Command = {
  usage: 'keys (status | rotate)',
  help: {
    en: `  status  how many secrets are sealed with RELAY_KEY, and how many with another key
  rotate  seals everything with RELAY_KEY that a key of RELAY_KEY_PREVIOUS has sealed

To change the key while relays run: start all of them with the new key in RELAY_KEY_PREVIOUS; then
all with both changed round; then \`keys rotate\`, which may be killed and called again; and when
\`keys status\` ends with 0, all without the old one. What emails are hashed with stays the same.

Exit: 0 everything is sealed with RELAY_KEY, 1 something is not, 2 there is no such form.`,
    ru: `  status  сколько секретов зашифровано ключом RELAY_KEY, а сколько другими
  rotate  перешифровывает ключом RELAY_KEY всё, что зашифровано ключами из RELAY_KEY_PREVIOUS

Как сменить ключ, не останавливая работу: запустите все релеи с новым ключом в RELAY_KEY_PREVIOUS,
потом все — поменяв ключи местами. Выполните \`keys rotate\`: его можно прервать и вызвать снова.
Когда \`keys status\` завершится с кодом 0, запустите все без старого ключа. То, чем хешируются
адреса, при этом не меняется.

Код выхода: 0 — всё зашифровано ключом RELAY_KEY, 1 — не всё, 2 — команда вызвана не так.`,
  },
  arguments: { needs: ['status or rotate'], max: 1 },
  async run(call) {
    const [what = ''] = call.positionals
    const form = Object.hasOwn(forms, what) ? forms[what] : undefined
    if (form === undefined)
      throw new BadCall({
        en: `there is no “keys ${what}”: say keys status or keys rotate`,
        ru: `нет «keys ${what}», есть keys status и keys rotate`,
      })
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
        call.io.out(`✗ ${table}.${column}: ${words[call.language].unopened(unopened)}`)
    return status(it, call)
  },
}

async function status({ db, vault }: Installation, { io, language }: Call): Promise<number> {
  const [head] = vault.heads
  const counts = await asLogin(db.direct, countSealed)
  const others = counts.filter((count) => count.head !== head)
  const sum = (rows: readonly SealedCount[]) => rows.reduce((n, row) => n + row.n, 0)
  const well = others.length === 0
  const say = words[language]
  io.out(`${well ? '✓' : '✗'} ${say.sealed(sum(counts) - sum(others), sum(counts))}`)
  for (const { table, column, head: by, n } of others) {
    const withKey = vault.heads.includes(by) ? say.previous : say.unknown
    io.out(`  ${table}.${column}: ${withKey(n)}`)
  }
  return well ? 0 : 1
}

const en = {
  unopened: (count: number) => `${count} open with none of the keys given`,
  sealed: (count: number, all: number) => `secrets: ${count} of ${all} are sealed with RELAY_KEY`,
  previous: (count: number) => `${count} with a previous key`,
  unknown: (count: number) => `${count} with a key that is not given`,
}

const ru: typeof en = {
  unopened: (count) => `ни один из указанных ключей не открыл: ${count}`,
  sealed: (count, all) => `секреты: ключом RELAY_KEY зашифровано ${count} из ${all}`,
  previous: (count) => `прежним ключом: ${count}`,
  unknown: (count) => `ключом, который не указан: ${count}`,
}

const words: Record<Language, typeof en> = { en, ru }
