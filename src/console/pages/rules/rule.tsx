// …/rules/:id and …/sources/:id/rules/new: a rule, written by clicking in an event that came in.
import { Hono } from 'hono'
import type { Scope } from '../../../access/scopes.ts'
import { isUuid } from '../../../ids.ts'
import { listAuditEntries } from '../../../ledger/access.ts'
import { readRule } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import type { ActiveSource } from '../../../partners/directory.ts'
import { writtenPath } from '../../../rules/written-path.ts'
import { change, type Changed, type Mistake } from '../../change.ts'
import { fieldsOf, largeForm, smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Moment, Told } from '../../ui/marks.tsx'
import { TextField } from '../../ui/fields.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { DryRunView, tryDraft, type Tried } from './dry-run.tsx'
import {
  definitionOf,
  draftIn,
  draftOf,
  emptyDraft,
  formOf,
  withPick,
  type Draft,
} from './draft.ts'
import { EmailField, EventsField, FormMistakes, RestFields, WhenField } from './form.tsx'
import { EventToClick } from './event.tsx'
import { isUnsignedNow, sightOf, type Sight } from './sight.ts'
import { aboutSource } from '../sources/meant.ts'

type Rule = NonNullable<Awaited<ReturnType<typeof readRule>>>['view']

export function ruleRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const fresh = '/console/p/:partner/sources/:id/rules/new'
  app.get(
    fresh,
    aboutSource(parts, 'config:write', async (c, visit, { id }) =>
      rulePage(c, visit, parts, id, undefined, { draft: emptyDraft }),
    ),
  )
  app.post(
    fresh,
    largeForm,
    aboutSource(parts, 'config:write', (c, visit, { id }) =>
      worked(c, visit, parts, id, undefined),
    ),
  )
  const path = '/console/p/:partner/rules/:id'
  const aboutRule = (
    scope: Scope,
    shows: (c: Page, visit: Visit, rule: Rule) => Response | Promise<Response>,
  ) =>
    inside(parts, [scope], async (c, visit) => {
      const id = c.req.param('id') ?? ''
      const found = isUuid(id) ? await readRule(parts.ledger, visit.asker, id) : undefined
      return found === undefined ? notThere(c) : shows(c, visit, found.view)
    })
  app.get(
    path,
    aboutRule('config:read', (c, visit, rule) =>
      rulePage(c, visit, parts, rule.source.id, rule, { draft: draftOf(rule) }),
    ),
  )
  app.post(
    path,
    largeForm,
    aboutRule('config:write', (c, visit, rule) => worked(c, visit, parts, rule.source.id, rule)),
  )
  app.post(
    `${path}/move`,
    smallForm,
    aboutRule('config:write', async (c, visit, { id, source }) => {
      const position = Math.max(0, Math.trunc(Number((await fieldsOf(c))('position')) || 0))
      await change(parts, visit, (editor, deps, editing) =>
        editor.writeRule(deps, editing, { rule: id }, { fields: {}, position }),
      )
      return c.redirect(`${visit.base}/sources/${source.id}#rules`, 303)
    }),
  )
  for (const what of ['remove', 'restore'] as const)
    app.post(
      `${path}/${what}`,
      smallForm,
      aboutRule('config:write', async (c, visit, rule) => {
        const done = await change(parts, visit, (editor, deps, editing) =>
          what === 'remove'
            ? editor.removeRule(deps, editing, rule.id)
            : editor.restoreThing(deps, editing, 'rule', rule.id),
        )
        const told = { done: what === 'remove' ? 'removed' : 'saved' }
        if (done.ok) return c.redirect(hrefWith(`${visit.base}/rules/${rule.id}`, told), 303)
        const { mistakes } = done
        return rulePage(c, visit, parts, rule.source.id, rule, { draft: draftOf(rule), mistakes })
      }),
    )
  return app
}

/** A click in the event, a trial, or the end of the work: which button it was tells. */
async function worked(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  sourceId: string,
  rule: Rule | undefined,
) {
  const form = await formOf(c)
  const given = draftIn(form)
  const pick = form.one('pick')
  if (pick !== '') {
    const draft = withPick(given, writtenPath(pick), form.one('pick-for'))
    return rulePage(c, visit, parts, sourceId, rule, { draft, shownId: form.one('shown') })
  }
  const shown = { draft: given, shownId: form.one('shown') }
  if (form.one('do') === 'show') return rulePage(c, visit, parts, sourceId, rule, shown)
  if (form.one('do') === 'try') {
    const tried = await tryDraft(parts, visit, { sourceId, draft: given, ruleId: rule?.id })
    return rulePage(c, visit, parts, sourceId, rule, {
      ...shown,
      ...('mistakes' in tried ? { mistakes: tried.mistakes } : { tried }),
    })
  }
  const saved = await saveDraft(parts, visit, sourceId, rule?.id, given)
  if (!saved.ok)
    return rulePage(c, visit, parts, sourceId, rule, { ...shown, mistakes: saved.mistakes })
  const id = rule?.id ?? saved.changes.find(({ kind }) => kind === 'rule')?.id
  return c.redirect(hrefWith(`${visit.base}/rules/${id ?? ''}`, { done: 'saved' }), 303)
}

/** `ruleId` undefined: a new one, the last of its source. */
export async function saveDraft(
  parts: ConsoleParts,
  visit: Visit,
  sourceId: string,
  ruleId: string | undefined,
  draft: Draft,
): Promise<Changed> {
  const definition = definitionOf(draft)
  if (definition === 'raw')
    return { ok: false, mistakes: [{ field: 'when', says: words[visit.language].rules.notJson }] }
  const { name, campaign, enabled } = draft
  // What is taken away is said as such: the rest of a rule that is there stays.
  const cleared = { when: null, unsigned_email: null }
  const fields = {
    ...(ruleId === undefined ? {} : cleared),
    ...definition,
    ...(name !== '' && { name }),
    campaign,
    enabled,
  }
  return change(parts, visit, (editor, deps, editing) =>
    editor.writeRule(
      deps,
      editing,
      ruleId === undefined ? { source: sourceId } : { rule: ruleId },
      { fields },
    ),
  )
}

interface Shown {
  draft: Draft
  shownId?: string
  mistakes?: readonly Mistake[]
  tried?: Tried
}

async function rulePage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  sourceId: string,
  rule: Rule | undefined,
  { draft, shownId = c.req.query('event') ?? '', mistakes = [], tried }: Shown,
) {
  const { language, base, partner, asker } = visit
  const { rules: say, sources } = words[language]
  const source = await parts.history.sourceById(partner.id, sourceId)
  if (source === undefined) return notThere(c)
  const here =
    rule === undefined ? `${base}/sources/${sourceId}/rules/new` : `${base}/rules/${rule.id}`
  const title = rule?.name ?? say.new
  const mayWrite = visit.may('config:write') && rule?.archived_at == null
  const frame = {
    title,
    place: 'sources',
    above: {
      href: `${base}/sources/${sourceId}`,
      label: rule?.source.name ?? ('broken' in source ? '' : source.name),
    },
    status: mistakes.length > 0 ? 422 : 200,
  } as const
  if ('broken' in source)
    return answerIn(c, visit, frame, <p class="problem">{sources.one.broken(source.broken)}</p>)
  const [sight, campaigns] = await Promise.all([
    sightOf(parts, source, draft, shownId),
    namesOf(parts.ledger, asker, 'campaigns'),
  ])
  return answerIn(
    c,
    visit,
    frame,
    <>
      {c.req.query('done') === 'saved' && <Told>{say.saved}</Told>}
      {rule?.archived_at != null && (
        <form method="post" action={`${here}/restore`}>
          <p>{say.removed}</p>
          {visit.may('config:write') && (
            <button type="submit" class="quiet">
              {say.restore}
            </button>
          )}
        </form>
      )}
      <form method="post" action={here} class="two">
        <Written
          visit={visit}
          source={source}
          sight={sight}
          draft={draft}
          mistakes={mistakes}
          campaigns={campaigns}
          isNew={rule === undefined}
          mayWrite={mayWrite}
          tried={tried}
        />
        <EventToClick visit={visit} sight={sight} draft={draft} mayWrite={mayWrite} />
      </form>
      {rule !== undefined && mayWrite && (
        <form method="post" action={`${here}/remove`} class="more">
          <button type="submit" class="quiet danger">
            {say.remove}
          </button>
          <p class="help">{say.removeHelp}</p>
        </form>
      )}
      {rule !== undefined && visit.may('audit:read') && (
        <History visit={visit} parts={parts} subject={`rule ${rule.source.name}/${rule.name}`} />
      )}
    </>,
  )
}

interface WrittenProps {
  visit: Visit
  source: ActiveSource
  sight: Sight
  draft: Draft
  mistakes: readonly Mistake[]
  campaigns: readonly (readonly [string, string])[]
  isNew: boolean
  mayWrite: boolean
  tried: Tried | undefined
}

function Written({
  visit,
  source,
  sight,
  draft,
  mistakes,
  campaigns,
  isNew,
  mayWrite,
  tried,
}: WrittenProps) {
  const say = words[visit.language].rules
  const shared = { visit, draft, mistakes }
  return (
    <section>
      <FormMistakes mistakes={mistakes} />
      {isNew && (
        <TextField
          name="name"
          label={say.name}
          help={say.nameHelp}
          value={draft.name}
          mistakes={mistakes}
          max={limits.ruleNameCharsMax}
        />
      )}
      <EventsField {...shared} provider={source.provider} came={sight.came} />
      <EmailField {...shared} candidates={mayWrite ? sight.candidates : []} />
      <WhenField {...shared} />
      <RestFields {...shared} campaigns={campaigns} unsignedNow={isUnsignedNow(draft, sight)} />
      {!isNew && (
        <>
          <input type="hidden" name="enabled" value="asked" />
          <label class="check">
            <input type="checkbox" name="enabled-now" value="yes" checked={draft.enabled} />
            {say.enabled}
          </label>
        </>
      )}
      {mayWrite && (
        <div class="actions more">
          <button type="submit" name="do" value="save">
            {say.save}
          </button>
          <button type="submit" name="do" value="try" class="quiet" title={say.tryHelp}>
            {say.try}
          </button>
        </div>
      )}
      {tried !== undefined && <DryRunView tried={tried} visit={visit} />}
    </section>
  )
}

async function History({
  visit,
  parts,
  subject,
}: {
  visit: Visit
  parts: ConsoleParts
  subject: string
}) {
  const say = words[visit.language].rules
  const found = await listAuditEntries(parts.ledger, visit.asker, {
    lang: visit.language,
    subject,
    limit: limits.historyShownMax,
  })
  const items = 'items' in found ? found.items : []
  return (
    <section>
      <h2>{say.history}</h2>
      {items.length === 0 && <p class="help">{say.noHistory}</p>}
      <ul class="rows">
        {items.map(({ at, actor, detail }) => (
          <li>
            <div>
              {changedIn(detail, say.did)} <span class="help">{actor}</span>
            </div>
            <Moment at={at} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function changedIn(detail: unknown, words: Readonly<Record<string, string>>): string {
  if (typeof detail !== 'object' || detail === null) return ''
  const { did, changed } = { did: '', changed: '', ...detail }
  const word = typeof did === 'string' && Object.hasOwn(words, did) ? words[did] : did
  return [word, changed].filter((text) => typeof text === 'string' && text !== '').join(': ')
}
