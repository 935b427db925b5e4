// Sources of a config file: the provider, its settings, its credentials and its rules. A source that
// could accept what nobody proved never passes.
import { isProviderId, providers, resolveProof, type ProviderId } from '../../providers/index.ts'
import type { Provider } from '../../providers/provider.ts'
import { sentenceOf, settingProblems } from '../../providers/resolve.ts'
import type { Settings } from '../../schemes/scheme.ts'
import { readCredentials, type CredentialEntry } from './credentials.ts'
import { readRules, type RuleEntry } from './rules.ts'
import { HttpUrl, ingestKeyForm, ingestKeyWords, SourceShape } from './grammar.ts'
import { checkShape, keysOf, readReference, type Reading } from './reading.ts'
import type { Origin } from './references.ts'
import { inside, type Place } from './report.ts'
import { unknownName } from './wording.ts'

export interface SourceEntry {
  place: Place
  name: string
  provider: ProviderId
  /** null: keep it, or make one. */
  key: { text: string; origin: Origin | null } | null
  settings: Settings
  enabled: boolean
  /** null: not mentioned, hence left alone. */
  credentials: CredentialEntry[] | null
  rules: RuleEntry[] | null
}

export async function readSource(
  raw: unknown,
  place: Place,
  reading: Reading,
): Promise<SourceEntry[]> {
  const shape = checkShape(SourceShape, raw, place, reading)
  const key = await readIngestKey(raw, place, reading)
  const provider = readProvider(raw, place, reading)
  const preset = provider === undefined ? undefined : providers[provider]
  const credentials = await readCredentials(raw, place, preset, reading)
  const rules = readRules(raw, place, reading)
  if (shape === undefined || preset === undefined) return []
  checkSettings(preset, shape.settings, place, reading)
  if (key === undefined || provider === undefined) return []
  const { name, settings, enabled } = shape
  return [{ place, name, provider, key, settings, enabled, credentials, rules }]
}

/** Who lists them. */
const allProviders = '`moab-relay providers`'

function readProvider(raw: unknown, place: Place, { report }: Reading): ProviderId | undefined {
  const { provider } = keysOf(raw)
  if (typeof provider !== 'string') return undefined
  if (isProviderId(provider)) return provider
  const known = Object.keys(providers)
  report.problem(
    inside(place, 'provider'),
    unknownName('provider', provider, known, { all: allProviders }),
  )
  return undefined
}

async function readIngestKey(
  raw: unknown,
  place: Place,
  reading: Reading,
): Promise<SourceEntry['key'] | undefined> {
  const at = inside(place, 'key')
  const given = await readReference(keysOf(raw)['key'], at, reading)
  if (!given) return given
  if ('stored' in given) {
    reading.report.problem(at, 'is kept when it is left out: { stored } is not needed here')
    return undefined
  }
  if (ingestKeyForm.test(given.text)) return given
  reading.report.problem(at, ingestKeyWords)
  return undefined
}

/** What a scheme reads by itself, whichever the provider. */
const everywhere = ['url', 'tolerance']
const toleranceForm = /^[1-9]\d{0,4}$/
const toleranceSecondsMax = 86_400

function checkSettings(preset: Provider, settings: Settings, place: Place, reading: Reading): void {
  const { report } = reading
  const at = (name: string) => inside(place, 'settings', name)
  const own = Object.keys(preset.settings ?? {})
  const known = [...own, ...everywhere]
  for (const [name, text] of Object.entries(settings)) {
    if (!known.includes(name)) {
      report.problem(at(name), unknownName(`setting of ${preset.name}`, name, known), 'key')
    }
    if (/^\$\{\w+\}$/.test(text)) {
      report.warn(at(name), 'is taken as it stands: only secrets may be variables')
    }
  }
  checkTolerance(settings, at('tolerance'), reading)
  if (settings['url'] !== undefined && !HttpUrl.safeParse(settings['url']).success) {
    report.problem(at('url'), 'must be the public URL that the sender signs, with https://')
  }
  const taken = Object.fromEntries(
    Object.entries(settings).filter(([name]) => known.includes(name)),
  )
  const wrong = settingProblems(preset, taken)
  for (const each of wrong) report.problem(at(each.name), sentenceOf(each))
  const resolved = wrong.length > 0 ? undefined : resolveProof(preset, taken)
  if (resolved?.ok === false) report.problem(inside(place, 'settings'), resolved.problem)
}

function checkTolerance({ tolerance }: Settings, at: Place, { report }: Reading): void {
  if (tolerance === undefined) return
  if (!toleranceForm.test(tolerance) || Number(tolerance) > toleranceSecondsMax) {
    report.problem(at, `must be a number of seconds from 1 to ${toleranceSecondsMax}`)
  }
}
