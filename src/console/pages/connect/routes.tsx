// …/sources/:id/connect: the steps from an address to a rule that is on. Where somebody stands is read from
// what is there (a credential, an event, a rule), so that the work can be left and taken up again anywhere.
import { Hono } from 'hono'
import { aboutSource, type Answer } from '../../about.ts'
import { largeForm, smallForm } from '../../forms.tsx'
import { readCampaign } from '../../../ledger/setup.ts'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import type { Page, Visit } from '../../visit.ts'
import { tryDraft } from '../rules/dry-run.tsx'
import { addressDone, AddressStep } from './address.tsx'
import { campaignDone, CampaignStep } from './campaign.tsx'
import { CheckStep, switchedOn } from './check.tsx'
import { emailDone, EmailStep, suggested } from './email.tsx'
import { FirstStep, liveFirst, sampleSent } from './first.tsx'
import { toRules, type Connecting } from './frame.tsx'
import { linksMade } from './links.tsx'
import { secretDone, SecretStep } from './secret.tsx'
import { standingOf, type Standing } from './standing.ts'

/** What is done with the form of each step. */
const done = [
  { at: 'address', form: smallForm, does: addressDone },
  { at: 'secret', form: largeForm, does: secretDone },
  { at: 'links', form: largeForm, does: linksMade },
  { at: 'sample', form: smallForm, does: sampleSent },
  { at: 'email', form: largeForm, does: emailDone },
  { at: 'campaign', form: largeForm, does: campaignDone },
  { at: 'on', form: smallForm, does: switchedOn },
] as const

export function connectStepsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/sources/:id/connect'
  const connecting = (does: (c: Page, visit: Visit, connecting: Connecting) => Answer) =>
    aboutSource(parts, 'config:write', (c, visit, source, provider) =>
      does(c, visit, { parts, source, provider }),
    )
  app.get(
    path,
    connecting(async (c, visit, { source, provider }) =>
      stepPage(c, visit, parts, await standingOf(c, parts, visit, source, provider)),
    ),
  )
  app.get(
    `${path}/live`,
    connecting((c, visit, at) => liveFirst(c, visit, at)),
  )
  for (const { at, form, does } of done) app.post(`${path}/${at}`, form, connecting(does))
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
    const campaign = await readCampaign(parts.ledger, visit.asker, rule.campaignId)
    return CheckStep(c, visit, standing, {
      rule,
      tried: 'mistakes' in tried ? undefined : tried,
      campaign: campaign?.view,
    })
  }
  if (standing.isSettled) return toRules(c, visit, standing)
  const draft = rule ?? (await suggested(parts, visit, standing))
  if (step === 'campaign') return CampaignStep(c, visit, parts, standing, draft, [])
  return EmailStep(c, visit, parts, standing, { draft, shownId: '' })
}
