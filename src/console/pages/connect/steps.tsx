// …/sources/:id/connect: the steps from an address to a rule that is on. Where somebody stands is read from
// what is there (a credential, an event, a rule), so that the work can be left and taken up again anywhere.
import { Hono } from 'hono'
import { change, idMade } from '../../change.ts'
import { fieldsOf, largeForm, smallForm } from '../../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { AddressStep, CheckStep, CampaignStep, EmailStep, SecretStep } from './views.tsx'
import { standingOf, type Standing, type Step } from './standing.ts'
import { FirstStep, liveFirst } from './first.tsx'
import { credentialGiven } from '../sources/credential-form.tsx'
import { tryDraft } from '../rules/dry-run.tsx'
import { draftIn, emptyDraft, formOf, withPick, type Draft } from '../rules/draft.ts'
import { saveDraft } from '../rules/rule.tsx'
import { sightOf } from '../rules/sight.ts'
import { sendSample } from '../sources/sample.tsx'
import { settingsGiven } from '../sources/settings-form.tsx'
import { aboutSource } from '../sources/meant.ts'
import type { Source } from '../sources/sources.tsx'
import { writtenPath } from '../../../rules/written-path.ts'

export function connectStepsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/sources/:id/connect'
  const on = (
    c: Page,
    { base }: Visit,
    { id }: Source,
    step: Step,
    more: Record<string, string> = {},
  ) => c.redirect(hrefWith(`${base}/sources/${id}/connect`, { step, ...more }), 303)

  app.get(
    path,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const standing = await standingOf(c, parts, visit, source, provider)
      return stepPage(c, visit, parts, standing)
    }),
  )
  app.get(
    `${path}/live`,
    aboutSource(parts, 'config:write', (c, visit, source) => liveFirst(c, visit, parts, source)),
  )
  app.post(
    `${path}/address`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const next = provider.credentials.length === 0 ? 'first' : 'secret'
      if (provider.settings === undefined) return on(c, visit, source, next)
      const settings = settingsGiven(provider, await fieldsOf(c))
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeSource(deps, editing, source.id, { settings }),
      )
      if (done.ok) return on(c, visit, source, next)
      const standing = await standingOf(c, parts, visit, { ...source, settings }, provider)
      return AddressStep(c, visit, parts, { ...standing, step: 'address' }, done.mistakes)
    }),
  )
  app.post(
    `${path}/secret`,
    largeForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const given = credentialGiven(provider, await fieldsOf(c))
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeCredential(deps, editing, { source: source.id }, given),
      )
      if (done.ok) return on(c, visit, source, 'first')
      const standing = await standingOf(c, parts, visit, source, provider)
      return SecretStep(c, visit, { ...standing, step: 'secret' }, done.mistakes)
    }),
  )
  app.post(
    `${path}/sample`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source) => {
      const field = await fieldsOf(c)
      const sent = await sendSample(c, parts, visit, source.id, {
        type: field('type'),
        email: field('email').trim(),
      })
      return on(c, visit, source, 'first', sent === 'sent' ? {} : { sample: sent })
    }),
  )
  app.post(
    `${path}/email`,
    largeForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const form = await formOf(c)
      const given = draftIn(form)
      const pick = form.one('pick')
      const draft = pick === '' ? given : withPick(given, writtenPath(pick), 'email')
      const standing = {
        ...(await standingOf(c, parts, visit, source, provider)),
        step: 'email' as const,
      }
      if (pick !== '' || form.one('do') === 'show')
        return EmailStep(c, visit, parts, standing, { draft, shownId: form.one('shown') })
      if (draft.email.length === 0 || draft.events.length === 0)
        return EmailStep(c, visit, parts, standing, {
          draft,
          shownId: form.one('shown'),
          problem: words[visit.language].connect.email.none,
        })
      return CampaignStep(c, visit, parts, { ...standing, step: 'campaign' }, draft, [])
    }),
  )
  app.post(
    `${path}/campaign`,
    largeForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const form = await formOf(c)
      const draft = draftIn(form)
      const standing = {
        ...(await standingOf(c, parts, visit, source, provider)),
        step: 'campaign' as const,
      }
      let campaign = draft.campaign
      if (form.one('which') === 'new') {
        const name = form.one('fresh').trim()
        const made = await change(parts, visit, (editor, deps, editing) =>
          editor.writeCampaign(deps, editing, null, { name, mode: 'sandbox' }),
        )
        if (!made.ok) return CampaignStep(c, visit, parts, standing, draft, made.mistakes)
        campaign = name
      }
      const rule = { ...draft, campaign, enabled: false }
      const saved = await saveDraft(parts, visit, source.id, standing.rule?.id, rule)
      if (!saved.ok) return CampaignStep(c, visit, parts, standing, draft, saved.mistakes)
      const id = standing.rule?.id ?? idMade(saved, 'rule') ?? ''
      return on(c, visit, source, 'check', { rule: id })
    }),
  )
  app.post(
    `${path}/on`,
    smallForm,
    aboutSource(parts, 'config:write', async (c, visit, source, provider) => {
      const standing = await standingOf(c, parts, visit, source, provider)
      const { rule } = standing
      if (rule === undefined) return on(c, visit, source, 'email')
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeRule(deps, editing, { rule: rule.id }, { fields: { enabled: true } }),
      )
      return on(c, visit, source, 'check', done.ok ? { rule: rule.id, done: 'on' } : {})
    }),
  )
  return app
}

async function stepPage(c: Page, visit: Visit, parts: ConsoleParts, standing: Standing) {
  const { step, rule } = standing
  if (step === 'address') return AddressStep(c, visit, parts, standing, [])
  if (step === 'secret') return SecretStep(c, visit, standing, [])
  if (step === 'first') return FirstStep(c, visit, parts, standing)
  if (step === 'check' && rule !== undefined) {
    const { source } = standing
    const tried = await tryDraft(parts, visit, {
      sourceId: source.id,
      draft: rule,
      ruleId: rule.id,
    })
    return CheckStep(c, visit, standing, rule, 'mistakes' in tried ? undefined : tried)
  }
  const draft = rule ?? (await suggested(parts, visit, standing))
  if (step === 'campaign') return CampaignStep(c, visit, parts, standing, draft, [])
  return EmailStep(c, visit, parts, standing, { draft, shownId: '' })
}

/** What the provider's preset and the events that came make likely. */
async function suggested(
  parts: ConsoleParts,
  { partner }: Visit,
  { source, provider }: Standing,
): Promise<Draft> {
  const active = await parts.history.sourceById(partner.id, source.id)
  if (active === undefined || 'broken' in active) return emptyDraft
  const sight = await sightOf(parts, active, emptyDraft, '')
  const { type } = sight.shown.event
  const known = provider.events.find((event) => event.type === type)
  const [best] = sight.candidates.filter(({ hits }) => hits > 0)
  const email = known?.email ?? (best === undefined ? [] : [best.path])
  return { ...emptyDraft, events: type === '' ? ['*'] : [type], email: [...email] }
}
