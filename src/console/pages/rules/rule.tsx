// …/rules/:id and …/sources/:id/rules/new: what can be asked of a rule. The page stands in page.tsx.
import { Hono } from 'hono'
import type { Scope } from '../../../access/scopes.ts'
import { readRule } from '../../../ledger/setup.ts'
import { writtenPath } from '../../../rules/written-path.ts'
import { about, aboutSource, type ShowsOne } from '../../about.ts'
import { change, idMade } from '../../change.ts'
import { fieldsOf, largeForm, smallForm } from '../../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import type { Page, Visit } from '../../visit.ts'
import { draftIn, draftOf, emptyDraft, formOf, withPick } from './draft.ts'
import { tryDraft } from './dry-run.tsx'
import { rulePage, type Meant, type Rule } from './page.tsx'
import { saveDraft } from './save.ts'

const fresh = '/console/p/:partner/sources/:id/rules/new'
const path = '/console/p/:partner/rules/:id'

const meant = (rule: Rule): Meant => ({ sourceId: rule.source.id, rule })

export function ruleRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    fresh,
    aboutSource(parts, 'config:write', (c, visit, { id: sourceId }) =>
      rulePage(c, visit, parts, { sourceId, rule: undefined }, { draft: emptyDraft }),
    ),
  )
  app.post(
    fresh,
    largeForm,
    aboutSource(parts, 'config:write', (c, visit, { id: sourceId }) =>
      worked(c, visit, parts, { sourceId, rule: undefined }),
    ),
  )
  const aboutRule = (scope: Scope, shows: ShowsOne<Rule>) =>
    about(
      parts,
      [scope],
      async ({ asker }, id) => (await readRule(parts.ledger, asker, id))?.view,
      shows,
    )
  app.get(
    path,
    aboutRule('config:read', (c, visit, rule) =>
      rulePage(c, visit, parts, meant(rule), { draft: draftOf(rule) }),
    ),
  )
  app.post(
    path,
    largeForm,
    aboutRule('config:write', (c, visit, rule) => worked(c, visit, parts, meant(rule))),
  )
  app.post(
    `${path}/move`,
    smallForm,
    aboutRule('config:write', (c, visit, rule) => moved(c, visit, parts, rule)),
  )
  for (const what of ['remove', 'restore'] as const)
    app.post(
      `${path}/${what}`,
      smallForm,
      aboutRule('config:write', (c, visit, rule) => ended(c, visit, parts, rule, what)),
    )
  return app
}

/** A click in the event, a trial, or the end of the work: which button it was tells. */
async function worked(c: Page, visit: Visit, parts: ConsoleParts, meant: Meant) {
  const form = await formOf(c)
  const [pick, button, shownId] = [form.one('pick'), form.one('do'), form.one('shown')]
  const given = draftIn(form)
  const shown = { draft: given, shownId }
  if (pick !== '') {
    const draft = withPick(given, writtenPath(pick), form.one('pick-for'))
    return rulePage(c, visit, parts, meant, { draft, shownId })
  }
  if (button === 'show') return rulePage(c, visit, parts, meant, shown)
  const { sourceId, rule } = meant
  if (button === 'try') {
    const tried = await tryDraft(parts, visit, { sourceId, draft: given, ruleId: rule?.id })
    const found = 'mistakes' in tried ? { mistakes: tried.mistakes } : { tried }
    return rulePage(c, visit, parts, meant, { ...shown, ...found })
  }
  const saved = await saveDraft(parts, visit, sourceId, rule?.id, given)
  if (!saved.ok) return rulePage(c, visit, parts, meant, { ...shown, mistakes: saved.mistakes })
  const id = rule?.id ?? idMade(saved, 'rule') ?? ''
  return c.redirect(hrefWith(`${visit.base}/rules/${id}`, { done: 'saved' }), 303)
}

async function moved(c: Page, visit: Visit, parts: ConsoleParts, { id, source }: Rule) {
  const position = Math.max(0, Math.trunc(Number((await fieldsOf(c))('position')) || 0))
  await change(parts, visit, (editor, deps, editing) =>
    editor.writeRule(deps, editing, { rule: id }, { fields: {}, position }),
  )
  return c.redirect(`${visit.base}/sources/${source.id}#rules`, 303)
}

async function ended(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  rule: Rule,
  what: 'remove' | 'restore',
) {
  const done = await change(parts, visit, (editor, deps, editing) =>
    what === 'remove'
      ? editor.removeRule(deps, editing, rule.id)
      : editor.restoreThing(deps, editing, 'rule', rule.id),
  )
  const told = { done: what === 'remove' ? 'removed' : 'saved' }
  if (done.ok) return c.redirect(hrefWith(`${visit.base}/rules/${rule.id}`, told), 303)
  const { mistakes } = done
  return rulePage(c, visit, parts, meant(rule), { draft: draftOf(rule), mistakes })
}
