// `retention`: how long each partner's data is kept, and choosing it for one or all of them.
import { openInstallation, type Installation } from '../installation.ts'
import { changePeriods, readPeriods, type PeriodsWanted } from '../privacy/periods.ts'
import { kepts, retentionRules, type Kept } from '../privacy/retention.ts'
import { BadCall, type Command } from './command.ts'
import { counted, wholeNumber } from './numbers.ts'
import { partnersNamed } from './partner-named.ts'

const { bodies, ledger, audit } = retentionRules

export const retentionCommand: Command = {
  usage: 'retention [--partner NAME | --all] [--bodies N] [--ledger N] [--audit N]',
  help: `  --partner NAME  of this partner; --all changes every one (prints all without either)
  --bodies N      days that request bodies are kept: ${bodies.min} to ${bodies.max}, of new partners ${bodies.days}
  --ledger N      days of events and readable bonuses: ${ledger.min} to ${ledger.max}, of new partners ${ledger.days}
  --audit N       days of the audit: ${audit.min} to ${audit.max}, of new partners ${audit.days}
                  “keep” instead of a number: without end

What is over then goes within an hour, for good, while a relay runs.

Exit: 0 printed as it is now, 2 no such partner or period.`,
  options: {
    partner: { type: 'string' },
    all: { type: 'boolean' },
    bodies: { type: 'string' },
    ledger: { type: 'string' },
    audit: { type: 'string' },
  },
  arguments: { needs: [], max: 0 },
  async run({ value, flag, config, io }) {
    const wanted = wantedPeriods(value)
    const named = value('partner')
    if (named !== undefined && flag('all')) throw new BadCall('say either --partner NAME or --all')
    if (wanted !== undefined && named === undefined && !flag('all'))
      throw new BadCall('say whose: --partner NAME, or --all')
    const options = { owner: false, migrate: false, log: io.note }
    const installation = await openInstallation(config(), options)
    try {
      const meant = await partnersNamed(installation, named)
      if (meant.length === 0) io.note('There are no partners yet.')
      for (const { id, name } of meant)
        io.out(`${name.padEnd(24)} ${await told(installation, id, wanted)}`)
      return 0
    } finally {
      await installation.close()
    }
  },
}

/** Undefined: nothing is to be changed. */
function wantedPeriods(value: (name: string) => string | undefined): PeriodsWanted | undefined {
  const given = kepts.flatMap((kept) => {
    const text = value(kept)
    return text === undefined ? [] : [[kept, daysOf(kept, value)] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

function daysOf(kept: Kept, value: (name: string) => string | undefined): number | null {
  if (value(kept) === 'keep') return null
  return wholeNumber({ value }, kept, retentionRules[kept], ', or “keep”') ?? null
}

async function told(
  { db }: Installation,
  id: string,
  wanted: PeriodsWanted | undefined,
): Promise<string> {
  const who = { owner: null, actor: 'command line', mayDelete: true } as const
  if (wanted !== undefined) await changePeriods(db.orm, who, id, wanted)
  const periods = await readPeriods(db.orm, null, id)
  const said = (days: number | null | undefined) => (days ? counted(days, 'day') : 'keep')
  return kepts.map((kept) => `${kept} ${said(periods?.[kept])}`).join('  ')
}
