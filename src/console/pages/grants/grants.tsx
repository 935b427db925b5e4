// …/grants: bonuses in the order in which they were made, by every filter but the person: see people.tsx.
import { Hono } from 'hono'
import { grantStates, type GrantState } from '../../../grants/lifecycle.ts'
import { retryStates } from '../../../db/jobs/plans.ts'
import { listGrants, type GrantView } from '../../../ledger/grants.ts'
import { sayReason } from '../../../ledger/words.ts'
import { limits } from '../../../limits.ts'
import { dayStart } from '../../days.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { Choice, Filters, givenIn, hrefWith, Pager, TextFilter } from '../../ui/lists.tsx'
import { Empty, Fate, Moment } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const filters = ['campaign', 'source', 'state', 'reason', 'from', 'to'] as const

const isState = (text: string | undefined): text is GrantState =>
  grantStates.some((state) => state === text)
const canBeRetried = (state: string | undefined) => retryStates.some((each) => each === state)

export function grantsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/grants',
    inside(parts, ['grants:read'], (c, visit) => grantsPage(c, visit, parts)),
  )
  return app
}

async function grantsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const { grants: say, frame } = { ...words[visit.language], frame: words[visit.language].common }
  const given = givenIn(c, filters)
  const after = givenIn(c, ['after']).after
  const { asker, base, timeZone, language } = visit
  const here = `${base}/grants`
  const { state, from, to, ...others } = given
  const wanted = {
    ...others,
    ...(isState(state) && { state }),
    from: dayStart(from, timeZone),
    to: dayStart(to, timeZone, 1),
    limit: limits.consoleRowsShown,
    after,
  }
  const [found, campaigns, sources] = await Promise.all([
    listGrants(ledger, asker, wanted),
    namesOf(ledger, asker, 'campaigns'),
    namesOf(ledger, asker, 'sources'),
  ])
  const isNarrowed = Object.keys(given).length > 0
  const items = 'items' in found ? found.items : []
  const states = grantStates.map((each) => [each, words[language].fates[each]] as const)
  const retry = canBeRetried(state) && items.length > 0 && visit.may('grants:write') && (
    <a
      class="button quiet"
      href={hrefWith(`${base}/jobs/new`, { kind: 'retry', ...given })}
      title={say.retryAllHelp}
    >
      {say.retryAll}
    </a>
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'grants', aside: retry },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Choice
          name="campaign"
          label={say.campaign}
          value={given.campaign}
          options={campaigns}
          none={say.any}
        />
        <Choice name="state" label={say.state} value={state} options={states} none={say.any} />
        <Choice
          name="source"
          label={say.source}
          value={given.source}
          options={sources}
          none={say.any}
        />
        <TextFilter name="from" label={say.from} value={from} type="date" />
        <TextFilter name="to" label={say.to} value={to} type="date" />
      </Filters>
      {'unknown' in found && <p class="problem">{frame.unknownName(found.unknown)}</p>}
      {items.length === 0 && (
        <Empty>
          {isNarrowed ? (
            frame.nothing
          ) : (
            <>
              <p>
                <strong>{say.none}</strong>
              </p>
              <p>{say.noneHelp}</p>
            </>
          )}
        </Empty>
      )}
      {items.length > 0 && (
        <ol class="feed">
          {items.map((grant) => (
            <Line grant={grant} visit={visit} />
          ))}
        </ol>
      )}
      {'items' in found && (
        <Pager visit={visit} here={here} given={given} after={after} next={found.next} />
      )}
    </>,
  )
}

function Line({ grant, visit }: { grant: GrantView; visit: Visit }) {
  const say = words[visit.language].grants
  const why = sayReason(grant.state, grant.reason, visit.language)
  return (
    <li>
      <a href={`${visit.base}/grants/${grant.id}`}>
        <Fate word={grant.state} visit={visit} />
        <span class="what">
          {grant.email ?? '–'} <small>{why ?? grant.source?.name ?? say.imported}</small>
        </span>
        <span class="who">{grant.campaign.name}</span>
        <Moment at={grant.created_at} visit={visit} />
      </a>
    </li>
  )
}
