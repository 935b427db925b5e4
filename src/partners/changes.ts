// What applying a config file did, thing by thing, for a person and for the audit entries. Holds no
// secret but, for a source made just now, the path it is reached at.
import type { Problem } from './config/located-yaml.ts'
import { problemIn } from './config/problem.ts'

export const actions = [
  'created',
  'updated',
  'removed',
  'archived',
  'restored',
  'left_alone',
  'unchanged',
] as const
export type Action = (typeof actions)[number]

export interface Change {
  action: Action
  kind: 'partner' | 'campaign' | 'source' | 'credential' | 'rule'
  partner: string
  /** Of a credential or a rule: source/name. */
  name: string
  /** Of what is there afterwards, or was there before. */
  id?: string
  /** Which keys changed. */
  detail?: string
  /** /in/<key>, or /go/<key> for one of links: for a source that was created. */
  path?: string
}

export interface Applied {
  ok: true
  dryRun: boolean
  changes: Change[]
  warnings: Problem[]
}

export const isChange = ({ action }: Change): boolean =>
  action !== 'unchanged' && action !== 'left_alone'

interface Telling {
  /** Where the relay is reached, when that is known. */
  url: string | undefined
  language?: keyof typeof words
}

export function describeChanges(
  { changes, warnings, dryRun }: Applied,
  { url, language = 'en' }: Telling,
): string {
  const say = words[language]
  const several = new Set(changes.map(({ partner }) => partner)).size > 1
  const count = changes.filter(isChange).length
  return [
    ...warnings.map((warning) => `${say.warning}: ${problemIn(language, warning)}`),
    ...changes
      .filter(({ action }) => action !== 'unchanged')
      .map((change) => line(change, several, url ?? '', say)),
    count === 0 ? say.nothing : dryRun ? say.wouldChange(count) : say.changed(count),
  ].join('\n')
}

function line(change: Change, several: boolean, url: string, say: typeof en): string {
  const { action, kind, partner, name, detail, path } = change
  const whose = several && kind !== 'partner' ? `${partner}: ` : ''
  const more = path === undefined ? detail : `${url}${path}`
  const head = `${say.did(action, kind).padEnd(10)}  ${say.kinds[kind].padEnd(10)}  ${whose}${name}`
  return more === undefined ? head : `${head}  (${more})`
}

const things = (count: number) => (count === 1 ? '1 thing' : `${count} things`)

type Kind = Change['kind']

const did: Record<Action, string> = {
  created: 'created',
  updated: 'updated',
  removed: 'removed',
  archived: 'archived',
  restored: 'restored',
  left_alone: 'left alone',
  unchanged: 'unchanged',
}

const en = {
  did: (action: Action, _kind: Kind) => did[action],
  kinds: {
    partner: 'partner',
    campaign: 'campaign',
    source: 'source',
    credential: 'credential',
    rule: 'rule',
  } satisfies Record<Kind, string>,
  warning: 'warning',
  nothing: 'Nothing to change.',
  changed: (count: number) => `${things(count)} changed.`,
  wouldChange: (count: number) => `${things(count)} would change (dry run).`,
}

/** Before an ending, and where there is none. */
const stems: Record<Action, readonly [stem: string, bare: string]> = {
  created: ['создан', 'создан'],
  updated: ['изменен', 'изменён'],
  removed: ['удален', 'удалён'],
  archived: ['убран', 'убран'],
  restored: ['возвращен', 'возвращён'],
  left_alone: ['не тронут', 'не тронут'],
  unchanged: ['не изменен', 'не изменён'],
}
const endings: Record<Kind, string> = {
  partner: '',
  campaign: 'а',
  source: '',
  credential: '',
  rule: 'о',
}

const ru: typeof en = {
  did(action, kind) {
    const [stem, bare] = stems[action]
    return endings[kind] === '' ? bare : stem + endings[kind]
  },
  kinds: {
    partner: 'партнёр',
    campaign: 'кампания',
    source: 'источник',
    credential: 'ключ',
    rule: 'правило',
  },
  warning: 'предупреждение',
  nothing: 'Менять нечего.',
  changed: (count) => `Изменений: ${count}.`,
  wouldChange: (count) => `Изменилось бы: ${count} (пробный прогон, ничего не изменено).`,
}

const words = { en, ru }
