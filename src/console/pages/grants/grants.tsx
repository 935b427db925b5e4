// …/grants: bonuses in the order in which they were made, by every filter but the person: see people.tsx.
import { Hono } from 'hono'
import { grantStates, type GrantState } from '../../../grants/lifecycle.ts'
import { retryStates } from '../../../db/jobs/plans.ts'
import { listGrants, type GrantView } from '../../../ledger/grants.ts'
import { sayReason, withoutAdvice } from '../../../ledger/words.ts'
import { limits } from '../../../limits.ts'
import { periodOf } from '../../days.ts'
import { download } from '../../download.ts'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf, rulesOf } from '../../ui/choices.ts'
import {
  Choice,
  Filters,
  givenIn,
  hrefWith,
  Listing,
  Nothing,
  NothingFits,
  PeriodFilter,
} from '../../ui/lists.tsx'
import { Fate, Moment } from '../../ui/marks.tsx'
import { RareFilters } from '../../ui/rare-filters.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const filterNames = ['campaign', 'source', 'state', 'rule', 'reason', 'from', 'to'] as const
type Given = { [Name in (typeof filterNames)[number]]?: string }

const isState = (text: string | undefined): text is GrantState =>
  grantStates.some((state) => state === text)
const canBeRetried = (state: string | undefined) => retryStates.some((each) => each === state)

export function grantsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/grants',
    inside(parts, ['grants:read'], (c, visit) => grantsPage(c, visit, parts)),
  )
  app.get(
    '/console/p/:partner/grants/export',
    inside(parts, ['grants:read'], (c, visit) => {
      const filters = wantedOf(givenIn(c, filterNames), visit)
      return download(c, parts, visit, { what: 'grants', filters })
    }),
  )
  return app
}

function wantedOf({ state, from, to, ...others }: Given, { timeZone }: Visit) {
  return {
    ...others,
    ...(isState(state) && { state }),
    ...periodOf({ from, to }, timeZone),
  }
}

async function grantsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].grants
  const given = givenIn(c, filterNames)
  const { after } = givenIn(c, ['after'])
  const { asker, base } = visit
  const here = `${base}/grants`
  const [found, campaigns, sources, rules] = await Promise.all([
    listGrants(ledger, asker, { ...wantedOf(given, visit), after, limit: limits.consoleRowsShown }),
    namesOf(ledger, asker, 'campaigns'),
    namesOf(ledger, asker, 'sources'),
    rulesOf(ledger, asker),
  ])
  const isNarrowed = Object.keys(given).length > 0
  // Bulk work knows no rules: it would be about more than is shown.
  const isPlain = canBeRetried(given.state) && given.rule === undefined
  const mayRetry = isPlain && itemsOf(found).length > 0 && visit.may('grants:write')
  const retry = mayRetry && (
    <a
      class="button quiet"
      href={hrefWith(`${base}/jobs/new`, { kind: 'retry', ...given })}
      title={say.retryAllHelp}
    >
      {say.retryAll}
    </a>
  )
  const empty = isNarrowed ? (
    <NothingFits visit={visit} />
  ) : (
    <Nothing title={say.none} help={say.noneHelp} />
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'grants', aside: retry },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Fields {...{ visit, given, campaigns, sources, rules }} />
      </Filters>
      <Listing
        {...{ visit, here, given, after, found, empty }}
        file={hrefWith(`${here}/export`, given)}
      >
        {(items) => (
          <ol class="feed">
            {items.map((grant) => (
              <Line grant={grant} visit={visit} />
            ))}
          </ol>
        )}
      </Listing>
    </>,
  )
}

type Names = Awaited<ReturnType<typeof namesOf>>

interface FieldsProps {
  visit: Visit
  given: Given
  campaigns: Names
  sources: Names
  rules: Names
}

function Fields({ visit, given, campaigns, sources, rules }: FieldsProps) {
  const { grants: say, fates } = words[visit.language]
  const states = grantStates.map((each) => [each, fates[each]] as const)
  return (
    <>
      <Choice
        name="campaign"
        label={say.campaign}
        value={given.campaign}
        options={campaigns}
        none={say.any}
      />
      <Choice name="state" label={say.state} value={given.state} options={states} none={say.any} />
      <Choice
        name="source"
        label={say.source}
        value={given.source}
        options={sources}
        none={say.any}
      />
      <PeriodFilter visit={visit} given={given} />
      <RareFilters of="grants" visit={visit} given={given} rules={rules} />
    </>
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
          {grant.email ?? '–'}{' '}
          <small>{why === null ? (grant.source?.name ?? say.imported) : withoutAdvice(why)}</small>
        </span>
        <span class="who">
          {grant.campaign.name}
          {grant.mode === 'sandbox' && (
            <small> {words[visit.language].campaigns.modesShort.sandbox}</small>
          )}
        </span>
        <Moment at={grant.created_at} visit={visit} />
      </a>
    </li>
  )
}
