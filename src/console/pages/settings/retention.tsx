// …/settings/retention: how long what is kept. A shorter time deletes for good, so it is asked for twice.
import { Hono } from 'hono'
import { changePeriods, isShorter, readPeriods } from '../../../privacy/periods.ts'
import { kepts, retentionRules, type Kept } from '../../../privacy/retention.ts'
import type { Mistake } from '../../change.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { forbidden, notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { TextField } from '../../ui/fields.tsx'
import { Told } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { settingsOf, subPage } from './overview.tsx'

const path = '/console/p/:partner/settings/retention'

type Given = Record<Kept, string>

export function retentionRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    path,
    inside(parts, ['config:read'], async (c, visit) => {
      const held = await readPeriods(parts.ledger.orm, visit.partner.id, visit.partner.id)
      if (held === undefined) return notThere(c)
      const text = (kept: Kept) => (held[kept] === null ? '' : String(held[kept]))
      return retentionPage(
        c,
        visit,
        { bodies: text('bodies'), ledger: text('ledger'), audit: text('audit') },
        [],
      )
    }),
  )
  app.post(
    path,
    smallForm,
    inside(parts, ['config:write'], async (c, visit) => {
      const field = await fieldsOf(c)
      const given = {
        bodies: field('bodies').trim(),
        ledger: field('ledger').trim(),
        audit: field('audit').trim(),
      }
      const mistakes = kepts
        .filter((kept) => !isFit(kept, given[kept]))
        .map((kept) => wrong(kept, visit))
      if (mistakes.length > 0) return retentionPage(c, visit, given, mistakes)
      const days = (kept: Kept) => (given[kept] === '' ? null : Number(given[kept]))
      const wanted = { bodies: days('bodies'), ledger: days('ledger'), audit: days('audit') }
      const { partner, actor } = visit
      const held = await readPeriods(parts.ledger.orm, partner.id, partner.id)
      if (held === undefined) return notThere(c)
      const deletes = kepts.some((kept) => isShorter(wanted[kept], held[kept]))
      const mayDelete = visit.may('people:erase')
      if (deletes && mayDelete && field('sure') !== 'true')
        return retentionPage(c, visit, given, [], true)
      const who = { owner: partner.id, actor, mayDelete }
      const changed = await changePeriods(parts.orm, who, partner.id, wanted)
      if (changed === 'forbidden') return forbidden(c, visit)
      return c.redirect(`${settingsOf(visit)}/retention?done=saved`, 303)
    }),
  )
  return app
}

function isFit(kept: Kept, text: string): boolean {
  const { min, max } = retentionRules[kept]
  return text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max)
}

function wrong(kept: Kept, { language }: Visit): Mistake {
  const { min, max } = retentionRules[kept]
  const says = words[language].privacy.retention.wrong(
    numberIn(language, min),
    numberIn(language, max),
  )
  return { field: kept, says }
}

/** `unsure`: something would be deleted, and that was not yet said to be wanted. */
function retentionPage(
  c: Page,
  visit: Visit,
  given: Given,
  mistakes: readonly Mistake[],
  unsure = false,
) {
  const { language } = visit
  const { privacy, common } = words[language]
  const say = privacy.retention
  return answerIn(
    c,
    visit,
    { ...subPage(visit, 'retention'), status: mistakes.length > 0 || unsure ? 422 : 200 },
    <>
      {c.req.query('done') === 'saved' && <Told>{say.saved}</Told>}
      {unsure && <Problem>{say.unsure}</Problem>}
      <p>{say.help}</p>
      <form method="post" action={`${settingsOf(visit)}/retention`} class="form">
        {kepts.map((kept) => {
          const { min, max } = retentionRules[kept]
          const bounds = say.between(numberIn(language, min), numberIn(language, max))
          return (
            <TextField
              name={kept}
              label={say.kept[kept].label}
              help={`${say.kept[kept].help} ${bounds}`}
              value={given[kept]}
              type="number"
              mistakes={mistakes}
            />
          )
        })}
        {visit.may('config:write') && (
          <>
            {unsure && (
              <label class="check">
                <input type="checkbox" name="sure" value="true" required />
                <span>{say.sure}</span>
              </label>
            )}
            <button type="submit" class={unsure ? 'danger' : undefined}>
              {common.save}
            </button>
            <p class="help">{say.shorter}</p>
          </>
        )}
      </form>
    </>,
  )
}
