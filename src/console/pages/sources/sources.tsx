// …/sources: where events come from, and when something last came.
import { Hono } from 'hono'
import { listSources } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { givenIn, Pager } from '../../ui/lists.tsx'
import { Ago, Empty, Mark } from '../../ui/marks.tsx'
import { Logo, providerName } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export type Source = Extract<
  Awaited<ReturnType<typeof listSources>>,
  { items: unknown }
>['items'][number]

export function sourcesRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/sources',
    inside(parts, ['config:read'], (c, visit) => sourcesPage(c, visit, parts)),
  )
  return app
}

/** When a request was last proven with one of its credentials. */
export function lastSeen({ credentials }: Source): string | undefined {
  return credentials
    .flatMap(({ last_used_at: at }) => at ?? [])
    .toSorted()
    .at(-1)
}

export function SourceState({ source, visit }: { source: Source; visit: Visit }) {
  const say = words[visit.language].sources
  if (source.archived_at !== null) return <Mark tone="none">{say.archived}</Mark>
  if (!source.enabled) return <Mark tone="none">{say.off}</Mark>
  return lastSeen(source) === undefined ? (
    <Mark tone="wait">{say.setUp}</Mark>
  ) : (
    <Mark tone="good">{say.on}</Mark>
  )
}

async function sourcesPage(c: Page, visit: Visit, { ledger, now }: ConsoleParts) {
  const { sources: say, common } = words[visit.language]
  const { base, asker, language } = visit
  const after = givenIn(c, ['after']).after
  const archived = c.req.query('archived') === 'true'
  const found = await listSources(ledger, asker, {
    limit: limits.consoleRowsShown,
    after,
    archived,
  })
  const items = 'items' in found ? found.items : []
  const here = `${base}/sources`
  const aside = (
    <div class="actions">
      <a href={archived ? here : `${here}?archived=true`}>
        {archived ? say.current : say.archived}
      </a>
      {visit.may('config:write') && (
        <a class="button" href={`${base}/connect`}>
          {say.add}
        </a>
      )}
    </div>
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'sources', aside },
    <>
      {items.length === 0 &&
        (archived ? (
          <Empty>{common.nothing}</Empty>
        ) : (
          <Empty>
            <p>
              <strong>{say.none}</strong>
            </p>
            <p>{say.noneHelp}</p>
          </Empty>
        ))}
      {items.length > 0 && (
        <ul class="grid">
          {items.map((source) => {
            const seen = lastSeen(source)
            return (
              <li>
                <a href={`${here}/${source.id}`}>
                  <Logo id={source.provider} language={language} />
                  <div>
                    <strong>{source.name}</strong>
                    <small>{providerName(source.provider, language)}</small>
                    <small>
                      <SourceState source={source} visit={visit} />{' '}
                      {seen === undefined ? '' : <Ago at={seen} visit={visit} now={now()} />}
                    </small>
                  </div>
                </a>
              </li>
            )
          })}
        </ul>
      )}
      {'items' in found && (
        <Pager
          visit={visit}
          here={here}
          given={archived ? { archived: 'true' } : {}}
          after={after}
          next={found.next}
        />
      )}
    </>,
  )
}
