// What applying a config file did, thing by thing, for the audit entries and whoever tells of it. Holds no
// secret but, for a source made just now, the path it is reached at.
import type { Problem } from './config/located-yaml.ts'

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
