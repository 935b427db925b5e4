// `retention`: how long each partner's data is kept, and choosing it for one or all of them.
import { openInstallation, type Installation } from '../installation.ts'
import { nounFor } from '../plural.ts'
import { changePeriods, readPeriods, type PeriodsWanted } from '../privacy/periods.ts'
import { kepts, retentionRules, type Kept } from '../privacy/retention.ts'
import { BadCall, type Command, type Language } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { partnersNamed } from './partner-named.ts'

const { bodies, ledger, audit } = retentionRules

export const retentionCommand: Command = {
  usage: 'retention [--partner NAME | --all] [--bodies N] [--ledger N] [--audit N]',
  help: {
    en: `  --partner NAME  of this partner; --all changes every one (prints all without either)
  --bodies N      days that request bodies are kept: ${bodies.min} to ${bodies.max}, of new partners ${bodies.days}
  --ledger N      days of events and readable bonuses: ${ledger.min} to ${ledger.max}, of new partners ${ledger.days}
  --audit N       days of the audit: ${audit.min} to ${audit.max}, of new partners ${audit.days}
                  “keep” instead of a number: without end

What is over then goes within an hour, for good, while a relay runs.

Exit: 0 printed as it is now, 2 no such partner or period.`,
    ru: `  --partner ИМЯ  этого партнёра; --all меняет у всех (без того и другого печатает всё)
  --bodies N     сколько дней хранить тела запросов: от ${bodies.min} до ${bodies.max}, у новых партнёров ${bodies.days}
  --ledger N     события и адреса бонусов: от ${ledger.min} до ${ledger.max}, у новых партнёров ${ledger.days}
  --audit N      журнал действий: от ${audit.min} до ${audit.max}, у новых партнёров ${audit.days}
                 вместо числа можно keep — хранить бессрочно

Всё, чей срок прошёл, удаляется в течение часа и навсегда, если релей работает.

Код выхода: 0 — напечатано, как теперь, 2 — нет такого партнёра или срока.`,
  },
  options: {
    partner: { type: 'string' },
    all: { type: 'boolean' },
    bodies: { type: 'string' },
    ledger: { type: 'string' },
    audit: { type: 'string' },
  },
  arguments: { needs: [], max: 0 },
  async run({ value, flag, config, language, io }) {
    const wanted = wantedPeriods(value)
    const named = value('partner')
    if (named !== undefined && flag('all')) throw new BadCall(notBoth)
    if (wanted !== undefined && named === undefined && !flag('all')) throw new BadCall(whose)
    const options = { owner: false, migrate: false, log: io.note }
    const installation = await openInstallation(config(), options)
    try {
      const meant = await partnersNamed(installation, named)
      if (meant.length === 0) io.note(words[language].nobody)
      for (const { id, name } of meant)
        io.out(`${name.padEnd(24)} ${await told(installation, id, wanted, language)}`)
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
  return wholeNumber({ value }, kept, retentionRules[kept], orKeep) ?? null
}

async function told(
  { db }: Installation,
  id: string,
  wanted: PeriodsWanted | undefined,
  language: Language,
): Promise<string> {
  const who = { owner: null, actor: 'command line', mayDelete: true } as const
  if (wanted !== undefined) await changePeriods(db.orm, who, id, wanted)
  const periods = await readPeriods(db.orm, null, id)
  const say = words[language]
  const said = (days: number | null | undefined) => (days ? say.days(days) : say.keep)
  return kepts.map((kept) => `${say.kept[kept]} ${said(periods?.[kept])}`).join('  ')
}

const notBoth = {
  en: 'say either --partner NAME or --all',
  ru: 'укажите или --partner ИМЯ, или --all',
}
const whose = {
  en: 'say whose: --partner NAME, or --all',
  ru: 'укажите, у кого менять: --partner ИМЯ или --all',
}
const orKeep = { en: ', or “keep”', ru: ' или keep' }

const en = {
  nobody: 'There are no partners yet.',
  kept: { bodies: 'bodies', ledger: 'ledger', audit: 'audit' } satisfies Record<Kept, string>,
  days: (count: number) => `${count} ${nounFor.en(count, { one: 'day', other: 'days' })}`,
  keep: 'keep',
}

const ru: typeof en = {
  nobody: 'Партнёров пока нет.',
  kept: { bodies: 'тела запросов:', ledger: 'события:', audit: 'журнал:' },
  days: (count) => `${count} ${nounFor.ru(count, { one: 'день', few: 'дня', other: 'дней' })}`,
  keep: 'бессрочно',
}

const words: Record<Language, typeof en> = { en, ru }
