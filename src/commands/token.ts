// `token create`: a bearer token for the API, printed alone so that it can go into a variable.
import { isScope, scopes } from '../access/scopes.ts'
import { createToken } from '../access/tokens.ts'
import { openInstallation } from '../installation.ts'
import { noSuch } from './no-such.ts'
import { BadCall, type Command } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { partnerIdNamed } from './partner-named.ts'

const readingScopes = ['events:read', 'grants:read', 'people:read', 'rejections:read'] as const

/** As many in a line as a terminal has room for. */
function scopeLines(indent: number): string {
  const lines =
    Object.keys(scopes)
      .join(', ')
      .match(/(?:\S+ ?){1,4}/g) ?? []
  return lines.map((line) => ' '.repeat(indent) + line.trimEnd()).join('\n')
}

export const tokenCommand: Command = {
  usage: 'token create (--partner NAME | --operator) [--scopes A,B] [--name NAME] [--days N]',
  help: {
    en: `  --partner NAME  sees this partner only
  --operator      sees the whole installation
  --scopes A,B    what it may do (${readingScopes.join(',')}), of:
${scopeLines(18)}
  --name NAME     to recognise it by (“command line”)
  --days N        ends after so many days, at most 3660 (never)

Only the token goes to standard output:  TOKEN=$(moab-relay token create --partner acme)

Exit: 0 printed, 2 no such partner or scope.`,
    ru: `  --partner ИМЯ  видит только этого партнёра
  --operator     видит всю установку
  --scopes A,B   что разрешено (${readingScopes.join(',')}), из списка:
${scopeLines(17)}
  --name ИМЯ     под каким именем его узнавать («command line»)
  --days N       сколько дней действует, не больше 3660 (без него бессрочно)

В стандартный вывод идёт только токен:  TOKEN=$(moab-relay token create --partner acme)

Код выхода: 0 — напечатан, 2 — нет такого партнёра или права.`,
  },
  options: {
    partner: { type: 'string' },
    operator: { type: 'boolean' },
    scopes: { type: 'string' },
    name: { type: 'string' },
    days: { type: 'string' },
  },
  arguments: { needs: ['create'], max: 1 },
  async run({ positionals, value, flag, config, io }) {
    if (positionals[0] !== 'create')
      throw new BadCall({
        en: `there is no “token ${positionals[0]}”: say token create`,
        ru: `нет «token ${positionals[0]}», есть только token create`,
      })
    const partner = value('partner')
    if ((partner === undefined) !== flag('operator'))
      throw new BadCall({
        en: 'say either --partner NAME or --operator',
        ru: 'укажите или --partner ИМЯ, или --operator',
      })
    const wanted = value('scopes')
      ?.split(',')
      .map((scope) => scope.trim()) ?? [...readingScopes]
    const unknown = wanted.find((scope) => !isScope(scope))
    if (unknown !== undefined)
      throw noSuch({ en: 'scope', ru: 'права' }, unknown, Object.keys(scopes))
    const days = wholeNumber({ value }, 'days', { min: 1, max: 3660 })
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { orm } = installation.db
      const partnerId = (await partnerIdNamed(installation, partner)) ?? null
      const { token } = await createToken(orm, {
        partnerId,
        name: value('name') ?? 'command line',
        scopes: wanted.filter(isScope),
        expiresAt: days === undefined ? null : new Date(Date.now() + days * 86_400_000),
        actor: 'command line',
      })
      io.out(token)
      return 0
    } finally {
      await installation.close()
    }
  },
}
