// …/jobs/new: what is to be done in bulk. It is planned only; what the plan found is looked at before.
import { retryStates } from '../../../db/jobs/plans.ts'
import { reading } from '../../../db/ledger/reading.ts'
import { planWork } from '../../../jobs/plan.ts'
import { find, type Meant } from '../../../ledger/asking.ts'
import { planGate } from '../../../jobs/plan-gate.ts'
import { limits } from '../../../limits.ts'
import { periodOf } from '../../days.ts'
import { fieldsOf, Problem } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export const planFields = [
  'kind',
  'campaign',
  'source',
  'state',
  'reason',
  'type',
  'from',
  'to',
] as const
type Given = { [Name in (typeof planFields)[number]]?: string }

const isRetryState = (text: string | undefined): text is (typeof retryStates)[number] =>
  retryStates.some((each) => each === text)

export async function makePlan(c: Page, visit: Visit, parts: ConsoleParts) {
  const { grants, common } = words[visit.language]
  const { partner, actor, timeZone, base } = visit
  const given = givenBy(await fieldsOf(c))
  const refused = (problem: string) => planForm(c, visit, parts, given, problem)
  const { source, campaign } = given
  const meant = await reading(parts.ledger.orm, partner.id, (tx) =>
    find(tx, partner.id, { source, campaign }),
  )
  if ('unknown' in meant) return refused(common.unknownName(meant.unknown))
  const kind = given.kind === 'replay' ? 'replay' : 'retry'
  const wanted = wantedOf(given, meant, timeZone)
  const planned = await planGate.run(() =>
    planWork(parts.sql, { partnerId: partner.id, kind, wanted, actor }),
  )
  if (planned === 'full') return refused(grants.jobs.busy)
  if ('tooMany' in planned)
    return refused(grants.jobs.tooMany(numberIn(visit.language, planned.tooMany)))
  return c.redirect(`${base}/jobs/${planned.id}`, 303)
}

/** What is empty is not given. */
function givenBy(field: (name: string) => string): Given {
  const given: Given = {}
  for (const name of planFields) {
    const text = field(name).trim()
    if (text !== '') given[name] = text
  }
  return given
}

/** As a plan keeps it: only what is given. */
function wantedOf(given: Given, { sourceIds, campaignIds }: Meant, timeZone: string) {
  const { kind, type, reason, state } = given
  const period = periodOf(given, timeZone)
  const of =
    kind === 'replay'
      ? { source: sourceIds?.[0], type }
      : {
          campaign: campaignIds?.[0],
          reason,
          state: isRetryState(state) ? state : 'attention',
        }
  const wanted = Object.entries({
    ...of,
    from: period.from?.toISOString(),
    to: period.to?.toISOString(),
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return Object.fromEntries(wanted)
}

export async function planForm(
  c: Page,
  visit: Visit,
  { ledger }: ConsoleParts,
  given: Given,
  problem: string | undefined,
) {
  const { grants, common } = words[visit.language]
  const say = grants.jobs
  const isReplay = given.kind === 'replay'
  const { asker, base } = visit
  const names = await namesOf(ledger, asker, isReplay ? 'sources' : 'campaigns')
  const Fields = isReplay ? ReplayFields : RetryFields
  return answerIn(
    c,
    visit,
    {
      title: isReplay ? say.planReplay : say.planRetry,
      place: 'jobs',
      above: { href: `${base}/jobs`, label: say.title },
      status: problem === undefined ? 200 : 422,
    },
    <form method="post" action={`${base}/jobs/new`} class="form">
      {problem !== undefined && <Problem>{problem}</Problem>}
      <p>{isReplay ? say.replayHelp : grants.retryAllHelp}</p>
      <input type="hidden" name="kind" value={isReplay ? 'replay' : 'retry'} />
      {given.reason !== undefined && <input type="hidden" name="reason" value={given.reason} />}
      <Fields visit={visit} given={given} names={names} />
      <label for="from">{common.from}</label>
      <input id="from" name="from" type="date" value={given.from ?? ''} />
      <label for="to">{common.to}</label>
      <input id="to" name="to" type="date" value={given.to ?? ''} />
      <button type="submit">{say.see}</button>
    </form>,
  )
}

interface FieldsProps {
  visit: Visit
  given: Given
  names: Awaited<ReturnType<typeof namesOf>>
}

/** Events of one source. */
function ReplayFields({ visit, given, names }: FieldsProps) {
  const { grants } = words[visit.language]
  return (
    <>
      <label for="of">{grants.source}</label>
      <select id="of" name="source" required>
        <Names names={names} chosen={given.source} />
      </select>
      <label for="type">{grants.jobs.type}</label>
      <input
        id="type"
        name="type"
        type="text"
        maxlength={limits.eventTypeCharsMax}
        value={given.type ?? ''}
      />
    </>
  )
}

/** Bonuses of one campaign, or of all. */
function RetryFields({ visit, given, names }: FieldsProps) {
  const { grants, fates } = words[visit.language]
  return (
    <>
      <label for="of">{grants.campaign}</label>
      <select id="of" name="campaign">
        <option value="">{grants.any}</option>
        <Names names={names} chosen={given.campaign} />
      </select>
      <label for="state">{grants.state}</label>
      <select id="state" name="state">
        {retryStates.map((state) => (
          <option value={state} selected={state === given.state}>
            {fates[state]}
          </option>
        ))}
      </select>
    </>
  )
}

const Names = ({ names, chosen }: Pick<FieldsProps, 'names'> & { chosen: string | undefined }) => (
  <>
    {names.map(([name]) => (
      <option value={name} selected={name === chosen}>
        {name}
      </option>
    ))}
  </>
)
