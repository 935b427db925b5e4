// …/audit: who did or looked at what, the newest first.
import { Hono } from 'hono'
import { auditActions, type AuditAction } from '../../access/audit.ts'
import type { Asker, Ledger } from '../../ledger/asking.ts'
import {
  listAuditEntries,
  listMembers,
  listOperators,
  listTokens,
  nameEntries,
} from '../../ledger/access.ts'
import { listCampaigns, listSources } from '../../ledger/setup.ts'
import { limits } from '../../limits.ts'
import { answerIn } from '../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../parts.ts'
import { periodOf } from '../days.ts'
import { Choice, Filters, givenIn, Pager, PeriodFilter } from '../ui/lists.tsx'
import { Empty, upper } from '../ui/marks.tsx'
import { inEither, places, type Page, type Standing } from '../visit.ts'
import { words } from '../words.ts'
import { EntryRow, saySubject, type Known } from './audit-entry.tsx'

const filters = ['action', 'actor', 'subject', 'from', 'to'] as const
type Given = { [Name in (typeof filters)[number]]?: string }

export function auditRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  for (const place of places)
    app.get(
      `${place}/audit`,
      inEither(parts, ['audit:read'], (c, visit) => auditPage(c, visit, parts)),
    )
  return app
}

async function auditPage(c: Page, visit: Standing, parts: ConsoleParts) {
  const { language, timeZone, asker, base } = visit
  const { audit: say, common } = words[language]
  const given = givenIn(c, filters)
  const { after } = givenIn(c, ['after'])
  const here = `${base}/audit`
  const { action, actor, subject } = given
  const [found, actors] = await Promise.all([
    listAuditEntries(parts.ledger, asker, {
      action,
      actor,
      subject,
      ...periodOf(given, timeZone),
      limit: limits.consoleRowsShown,
      after,
      unowned: true,
      lang: language,
    }),
    actorsOf(visit, parts),
  ])
  const entries = 'items' in found ? found.items : []
  const known = await knownOf(visit, parts, entries)
  const next = 'next' in found ? found.next : null
  const isNarrowed = Object.keys(given).length > 0
  const nothing = next !== null ? say.further : isNarrowed ? common.nothing : say.none
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'audit' },
    <>
      <p class="help">{say.help}</p>
      <Narrowing visit={visit} here={here} given={given} actors={actors} />
      {subject !== undefined && <p>{say.about(saySubject(subject, known, say))}</p>}
      {entries.length === 0 && <Empty>{nothing}</Empty>}
      {entries.length > 0 && (
        <ol class="rows">
          {entries.map((entry) => (
            <EntryRow entry={entry} visit={visit} known={known} here={here} />
          ))}
        </ol>
      )}
      <Pager visit={visit} here={here} given={given} after={after} next={next} />
    </>,
  )
}

interface NarrowingProps {
  visit: Standing
  here: string
  given: Given
  actors: [string, string][]
}

function Narrowing({ visit, here, given, actors }: NarrowingProps) {
  const say = words[visit.language].audit
  const { action, actor, subject } = given
  const choices = actionChoices(visit)
  return (
    <Filters visit={visit} action={here} isNarrowed={Object.keys(given).length > 0}>
      <Choice name="action" label={say.action} value={action} options={choices} none={say.any} />
      <Choice name="actor" label={say.actor} value={actor} options={actors} none={say.anybody} />
      <PeriodFilter visit={visit} given={given} />
      {subject !== undefined && <input type="hidden" name="subject" value={subject} />}
    </Filters>
  )
}

const isAction = (text: string): text is AuditAction => Object.hasOwn(auditActions, text)

/** Inside of a partner all but how people sign in, which is the installation's. */
const actionChoices = ({ language, owner }: Standing) =>
  Object.keys(auditActions)
    .filter(isAction)
    .filter((action) => owner === null || !outside.test(action))
    .map((action): [string, string] => [action, upper(auditActions[action][language])])

const outside = /^(?:signin|session|identity|password|codes|operator)\./

/** Members and tokens, for whoever may see them. */
async function actorsOf(visit: Standing, { ledger }: ConsoleParts): Promise<[string, string][]> {
  const { actors, byToken } = words[visit.language].audit
  const others = (['command line', 'CONFIG_FILE', 'relay'] as const).map(
    (name): [string, string] => [name, upper(actors[name])],
  )
  if (!visit.may('access:read')) return others
  const page = { limit: limits.choicesShownMax, unowned: true }
  const { owner, asker } = visit
  const [people, tokens] = await Promise.all([
    owner === null ? operatorsAmong(ledger, asker) : membersAmong(ledger, asker),
    listTokens(ledger, asker, page),
  ])
  const programs = 'items' in tokens ? tokens.items : []
  return [
    ...people.map(({ id, email }): [string, string] => [`user:${id}`, email]),
    ...programs.map(({ id, name }): [string, string] => [`token:${id}`, upper(byToken(name))]),
    ...others,
  ]
}

type People = Promise<{ id: string; email: string }[]>

async function membersAmong(ledger: Ledger, asker: Asker): People {
  const found = await listMembers(ledger, asker, { limit: limits.choicesShownMax })
  return 'items' in found ? found.items.map(({ user_id: id, email }) => ({ id, email })) : []
}

async function operatorsAmong(ledger: Ledger, asker: Asker): People {
  return (await listOperators(ledger, asker, { limit: limits.choicesShownMax })).items
}

type Entries = Extract<Awaited<ReturnType<typeof listAuditEntries>>, { items: unknown }>['items']

/** What the entries name, by its name; and where the pages of the set-up are. */
async function knownOf(
  { asker, owner }: Standing,
  { ledger }: ConsoleParts,
  entries: Entries,
): Promise<Known> {
  if (owner === null)
    return {
      names: await nameEntries(ledger, owner, entries),
      sources: new Map(),
      campaigns: new Map(),
    }
  const page = { limit: limits.choicesShownMax }
  const [names, sources, campaigns] = await Promise.all([
    nameEntries(ledger, owner, entries),
    listSources(ledger, asker, page),
    listCampaigns(ledger, asker, page),
  ])
  const idsByName = (list: typeof sources | typeof campaigns) =>
    new Map('items' in list ? list.items.map(({ id, name }) => [name, id]) : [])
  return { names, sources: idsByName(sources), campaigns: idsByName(campaigns) }
}
