// What applying a config file did, thing by thing, for a person and for the audit entries. Holds no
// secret but, for a source made just now, the path it is reached at.
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
  warnings: string[]
}

const words: Record<Action, string> = {
  created: 'created',
  updated: 'updated',
  removed: 'removed',
  archived: 'archived',
  restored: 'restored',
  left_alone: 'left alone',
  unchanged: 'unchanged',
}

export const isChange = ({ action }: Change): boolean =>
  action !== 'unchanged' && action !== 'left_alone'

/** `url` is where the relay is reached, when that is known. */
export function describeChanges(
  { changes, warnings, dryRun }: Applied,
  { url }: { url: string | undefined },
): string {
  const several = new Set(changes.map(({ partner }) => partner)).size > 1
  const lines = changes
    .filter(({ action }) => action !== 'unchanged')
    .map((change) => line(change, several, url ?? ''))
  const count = changes.filter(isChange).length
  const things = count === 1 ? '1 thing' : `${count} things`
  const total = dryRun ? `${things} would change (dry run).` : `${things} changed.`
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...lines,
    count === 0 ? 'Nothing to change.' : total,
  ].join('\n')
}

function line(change: Change, several: boolean, url: string): string {
  const { action, kind, partner, name, detail, path } = change
  const whose = several && kind !== 'partner' ? `${partner}: ` : ''
  const more = path === undefined ? detail : `${url}${path}`
  const head = `${words[action].padEnd(10)}  ${kind.padEnd(10)}  ${whose}${name}`
  return more === undefined ? head : `${head}  (${more})`
}
