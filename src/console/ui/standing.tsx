// How a source or a campaign stands, as one mark.
import type { listCampaigns, listSources } from '../../ledger/setup.ts'
import { bringsItsKeys } from '../../providers/needs.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Listed } from '../found.ts'
import type { Visit } from '../visit.ts'
import { words } from '../words.ts'
import { Mark, type Tone } from './marks.tsx'

export type Source = Listed<typeof listSources>
export type Campaign = Listed<typeof listCampaigns>

const tones = {
  healthy: 'good',
  holding: 'care',
  unreachable: 'bad',
  stopped: 'none',
} as const satisfies Record<Campaign['health']['state'], Tone>

export const CampaignState = ({ campaign, visit }: { campaign: Campaign; visit: Visit }) => (
  <Mark tone={tones[campaign.health.state]}>
    {words[visit.language].campaigns.states[campaign.health.state]}
  </Mark>
)

export function SourceState({ source, visit }: { source: Source; visit: Visit }) {
  const say = words[visit.language].sources
  if (source.archived_at !== null) return <Mark tone="none">{say.archived}</Mark>
  if (!source.enabled) return <Mark tone="none">{say.off}</Mark>
  return source.last_event_at === null ? (
    <Mark tone="wait">{say.setUp}</Mark>
  ) : (
    <Mark tone="good">{say.on}</Mark>
  )
}

export const needsCredential = ({ credentials }: Source, provider: Provider) =>
  provider.credentials.length > 0 &&
  !bringsItsKeys(provider) &&
  !credentials.some(({ state }) => state !== 'ended')
