// `token create`: a bearer token for the API, printed alone so that it can go into a variable.
import { isScope, scopes } from '../access/scopes.ts'
import { createToken } from '../access/tokens.ts'
import { findPartnerId } from '../db/names.ts'
import { openInstallation } from '../installation.ts'
import { BadCall, type Command } from './command.ts'

const readingScopes = ['events:read', 'grants:read', 'people:read', 'rejections:read'] as const

export const tokenCommand: Command = {
  usage: 'token create (--partner NAME | --operator) [--scopes A,B] [--name NAME] [--days N]',
  help: `  --partner NAME  sees this partner only
  --operator      sees the whole installation
  --scopes A,B    what it may do (${readingScopes.join(',')}):
                  ${Object.keys(scopes).join(', ')}
  --name NAME     to recognise it by (“command line”)
  --days N        ends after so many days (never)

Only the token goes to standard output:  TOKEN=$(moab-relay token create --partner acme)

Exit: 0 printed, 2 no such partner or scope.`,
  options: {
    partner: { type: 'string' },
    operator: { type: 'boolean' },
    scopes: { type: 'string' },
    name: { type: 'string' },
    days: { type: 'string' },
  },
  arguments: { min: 1, max: 1 },
  async run({ positionals, value, flag, config, io }) {
    if (positionals[0] !== 'create') throw new BadCall(`there is no “token ${positionals[0]}”`)
    const partner = value('partner')
    if ((partner === undefined) !== flag('operator'))
      throw new BadCall('say either --partner NAME or --operator')
    const wanted = value('scopes')
      ?.split(',')
      .map((scope) => scope.trim()) ?? [...readingScopes]
    const unknown = wanted.find((scope) => !isScope(scope))
    if (unknown !== undefined) throw new BadCall(`there is no scope “${unknown}”`)
    const days = Number(value('days') ?? 0)
    if (!(days >= 0)) throw new BadCall('--days takes a number')
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { orm } = installation.db
      const partnerId = partner === undefined ? null : await findPartnerId(orm, partner)
      if (partnerId === undefined) throw new BadCall(`there is no partner “${partner}”`)
      const { token } = await createToken(orm, {
        partnerId,
        name: value('name') ?? 'command line',
        scopes: wanted.filter(isScope),
        expiresAt: days > 0 ? new Date(Date.now() + days * 86_400_000) : null,
        actor: 'command line',
      })
      io.out(token)
      return 0
    } finally {
      await installation.close()
    }
  },
}
