// The partner's sources and campaigns, each with how it stands.
import { shareIn } from '../../moments.ts'
import { Ago } from '../../ui/marks.tsx'
import { Logo } from '../../ui/providers.tsx'
import { CampaignState, SourceState, type Campaign, type Source } from '../../ui/standing.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import type { BySource } from './numbers.ts'

interface SourcesProps {
  sources: readonly Source[]
  bySource: BySource
  visit: Visit
  now: number
}

export function Sources({ sources, bySource, visit, now }: SourcesProps) {
  const { language, base } = visit
  return (
    <section>
      <h2>
        <a href={`${base}/sources`}>{words[language].overview.sources}</a>
      </h2>
      <ul class="rows">
        {sources.map((source) => (
          <li>
            <Logo id={source.provider} language={language} />
            <div>
              <a href={`${base}/sources/${source.id}`}>
                <strong>{source.name}</strong>
              </a>
              <Doing source={source} bySource={bySource} visit={visit} now={now} />
            </div>
            <SourceState source={source} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** When something last came, and how much of what came was to be granted. */
function Doing({
  source,
  bySource,
  visit,
  now,
}: Omit<SourcesProps, 'sources'> & { source: Source }) {
  const { language } = visit
  const say = words[language].overview
  const seen = source.last_event_at
  const counts = bySource.get(source.id)
  return (
    <span class="help">
      {seen === null ? (
        say.never
      ) : (
        <>
          {say.quiet} <Ago at={seen} visit={visit} now={now} />
        </>
      )}
      {counts !== undefined &&
        counts.all > 0 &&
        ` · ${say.found(shareIn(language, counts.matched, counts.all))}`}
    </span>
  )
}

interface CampaignsProps {
  campaigns: readonly Campaign[]
  visit: Visit
}

export function Campaigns({ campaigns, visit }: CampaignsProps) {
  const { language, base } = visit
  const say = words[language]
  return (
    <section>
      <h2>
        <a href={`${base}/campaigns`}>{say.overview.campaigns}</a>
      </h2>
      <ul class="rows">
        {campaigns.map((campaign) => (
          <li>
            <div>
              <a href={`${base}/campaigns/${campaign.id}`}>
                <strong>{campaign.name}</strong>
              </a>
              <span class="help">{say.campaigns.modesShort[campaign.mode]}</span>
            </div>
            <CampaignState campaign={campaign} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  )
}
