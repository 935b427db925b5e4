// …/settings/retention: how long what is kept. A shorter time deletes, so it is asked for twice.
import { Hono } from 'hono'
import { changePeriods, readPeriods } from '../../../privacy/periods.ts'
import { kepts, retentionRules, type Kept } from '../../../privacy/retention.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Told } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { settingsOf, subPage } from './overview.tsx'

const path = '/console/p/:partner/settings/retention'
const hereOf = (visit: Visit) => `${settingsOf(visit)}/retention`

type Periods = Record<Kept, number | null>

interface Asked {
  /** As they were typed. */
  typed?: Record<Kept, string>
  wrong?: readonly Kept[]
  /** Something would be deleted, and that was not said to be wanted. */
  unsure?: boolean
}

export function retentionRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    path,
    inside(parts, ['config:read'], (c, visit) => retentionPage(c, visit, parts, {})),
  )
  app.post(
    path,
    smallForm,
    inside(parts, ['config:write'], (c, visit) => changing(c, visit, parts)),
  )
  return app
}

const read = ({ partner }: Visit, { orm }: ConsoleParts) => readPeriods(orm, partner.id, partner.id)

async function changing(c: Page, visit: Visit, parts: ConsoleParts) {
  const field = await fieldsOf(c)
  const text = (kept: Kept) => field(kept).trim()
  const typed = { bodies: text('bodies'), ledger: text('ledger'), audit: text('audit') }
  const wrong = kepts.filter((kept) => daysIn(kept, typed[kept]) === undefined)
  if (wrong.length > 0) return retentionPage(c, visit, parts, { typed, wrong })
  const before = await read(visit, parts)
  if (before === undefined) return notThere(c)
  const wanted: Periods = {
    bodies: daysIn('bodies', typed.bodies) ?? null,
    ledger: daysIn('ledger', typed.ledger) ?? null,
    audit: daysIn('audit', typed.audit) ?? null,
  }
  if (kepts.some((kept) => isShorter(wanted[kept], before[kept])) && field('sure') !== 'true')
    return retentionPage(c, visit, parts, { typed, unsure: true })
  const { partner, actor } = visit
  await changePeriods(parts.orm, { owner: partner.id, actor }, partner.id, wanted)
  return c.redirect(`${hereOf(visit)}?done=changed`, 303)
}

/** null: without end. Undefined: no number that may be chosen. */
function daysIn(kept: Kept, text: string): number | null | undefined {
  if (text === '') return null
  const { min, max } = retentionRules[kept]
  const days = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  return days >= min && days <= max ? days : undefined
}

const isShorter = (after: number | null, before: number | null) =>
  after !== null && (before === null || after < before)

async function retentionPage(c: Page, visit: Visit, parts: ConsoleParts, asked: Asked) {
  const say = words[visit.language].retention
  const periods = await read(visit, parts)
  if (periods === undefined) return notThere(c)
  const { wrong = [], unsure = false } = asked
  const isRefused = unsure || wrong.length > 0
  return answerIn(
    c,
    visit,
    { ...subPage(visit, 'retention'), status: isRefused ? 422 : 200 },
    <>
      {!isRefused && c.req.query('done') === 'changed' && <Told>{say.done}</Told>}
      {isRefused && <Problem>{unsure ? say.unsure : say.mistaken}</Problem>}
      <p>{say.help}</p>
      {visit.may('config:write') ? (
        <PeriodsForm visit={visit} periods={periods} asked={asked} />
      ) : (
        <dl class="facts">
          {kepts.map((kept) => (
            <>
              <dt>{say.kept[kept]}</dt>
              <dd>{say.now(periods[kept])}</dd>
            </>
          ))}
        </dl>
      )}
    </>,
  )
}

interface FormProps {
  visit: Visit
  periods: Periods
  asked: Asked
}

function PeriodsForm({ visit, periods, asked: { typed, wrong = [], unsure = false } }: FormProps) {
  const { retention: say, common } = words[visit.language]
  return (
    <form method="post" action={hereOf(visit)} class="form">
      {kepts.map((kept) => (
        <>
          <label for={kept}>{say.kept[kept]}</label>
          <input
            id={kept}
            name={kept}
            type="text"
            inputmode="numeric"
            autocomplete="off"
            maxlength={6}
            value={typed?.[kept] ?? String(periods[kept] ?? '')}
            aria-describedby={`${kept}-help`}
            {...(wrong.includes(kept) && { 'aria-invalid': 'true' })}
          />
          <p class={wrong.includes(kept) ? 'help wrong' : 'help'} id={`${kept}-help`}>
            {wrong.includes(kept) ? say.wrong(kept) : `${say.days(kept)}. ${say.keptHelp[kept]}`}
          </p>
        </>
      ))}
      {unsure && (
        <fieldset>
          <label class="check">
            <input type="checkbox" name="sure" value="true" required />
            <span>{say.sure}</span>
          </label>
        </fieldset>
      )}
      <button type="submit" class={unsure ? 'danger' : undefined}>
        {common.save}
      </button>
    </form>
  )
}
