// …/sources: where events come from, and when something last came.
import { Hono } from 'hono'
import { listSources } from '../../../ledger/setup.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { shelfOf } from '../../ui/archive.tsx'
import { Listing } from '../../ui/lists.tsx'
import { Ago } from '../../ui/marks.tsx'
import { Logo, providerName } from '../../ui/providers.tsx'
import { SourceState, type Source } from '../../ui/standing.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export function sourcesRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/sources',
    inside(parts, ['config:read'], (c, visit) => sourcesPage(c, visit, parts)),
  )
  return app
}

async function sourcesPage(c: Page, visit: Visit, { ledger, now }: ConsoleParts) {
  const { sources: say } = words[visit.language]
  const { base, asker } = visit
  const here = `${base}/sources`
  const { wanted, aside, listing } = shelfOf(c, visit, { here, add: `${base}/connect`, says: say })
  const found = await listSources(ledger, asker, wanted)
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'sources', aside },
    <Listing {...listing} found={found}>
      {(items) => (
        <ul class="grid">
          {items.map((source) => (
            <Tile source={source} visit={visit} now={now()} />
          ))}
        </ul>
      )}
    </Listing>,
  )
}

function Tile({ source, visit, now }: { source: Source; visit: Visit; now: number }) {
  const { language, base } = visit
  const { overview } = words[language]
  const seen = source.last_event_at
  return (
    <li>
      <a href={`${base}/sources/${source.id}`}>
        <Logo id={source.provider} language={language} />
        <div>
          <strong>{source.name}</strong>
          <small>{providerName(source.provider, language)}</small>
          <small>
            <SourceState source={source} visit={visit} />
          </small>
          <small>
            {seen === null ? (
              overview.never
            ) : (
              <>
                {overview.quiet} <Ago at={seen} visit={visit} now={now} />
              </>
            )}
          </small>
        </div>
      </a>
    </li>
  )
}
