// …/campaigns/:id: how it is doing, its settings, and a list of people to be given its bonus.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Scope } from '../../../access/scopes.ts'
import { listProblems, planList } from '../../../jobs/list.ts'
import { planGate } from '../../../jobs/plan-gate.ts'
import { retryGrant } from '../../../jobs/retry.ts'
import { readQueue } from '../../../ledger/queues.ts'
import { readCampaign } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { about, type ShowsOne } from '../../about.ts'
import { change } from '../../change.ts'
import { fieldsOf, smallForm } from '../../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { upper } from '../../ui/marks.tsx'
import type { Campaign } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { addEnds } from '../ends.tsx'
import { campaignWanted, mistakesIn, readGiven } from './form.tsx'
import { campaignPage } from './page.tsx'

const path = '/console/p/:partner/campaigns/:id'

const listForm = bodyLimit({
  maxSize: limits.importBytesMax + limits.formBytesMax,
  onError: (c) => c.text('This file is too large.', 413),
})

export function campaignRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const aboutCampaign = (scope: Scope, shows: ShowsOne<Campaign>) =>
    about(
      parts,
      [scope],
      async ({ asker }, id) => (await readCampaign(parts.ledger, asker, id))?.view,
      shows,
    )
  app.get(
    path,
    aboutCampaign('config:read', (c, visit, campaign) =>
      campaignPage(c, visit, parts, campaign, {}),
    ),
  )
  app.post(
    path,
    smallForm,
    aboutCampaign('config:write', (c, visit, campaign) => saved(c, visit, parts, campaign)),
  )
  app.post(
    `${path}/try`,
    smallForm,
    aboutCampaign('grants:write', (c, visit, campaign) => tried(c, visit, parts, campaign)),
  )
  app.post(
    `${path}/list`,
    listForm,
    aboutCampaign('grants:write', (c, visit, campaign) => listed(c, visit, parts, campaign)),
  )
  addEnds<Campaign>(app, parts, {
    kind: 'campaign',
    path,
    idOf: ({ id }) => id,
    about: (does) => aboutCampaign('config:write', does),
    refused: (c, visit, campaign, mistakes) =>
      campaignPage(c, visit, parts, campaign, { mistakes }),
  })
  return app
}

const back = (c: Page, { base }: Visit, { id }: Campaign, done: string) =>
  c.redirect(hrefWith(`${base}/campaigns/${id}`, { done }), 303)

async function saved(c: Page, visit: Visit, parts: ConsoleParts, campaign: Campaign) {
  const given = readGiven(await fieldsOf(c))
  const seen = mistakesIn(given, visit)
  if (seen.length > 0) return campaignPage(c, visit, parts, campaign, { given, mistakes: seen })
  const { name: _name, ...wanted } = campaignWanted(given, visit.timeZone)
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeCampaign(deps, editing, campaign.id, wanted),
  )
  if (done.ok) return back(c, visit, campaign, 'saved')
  return campaignPage(c, visit, parts, campaign, { given, mistakes: done.mistakes })
}

/** One of those that are held is sent; the others follow when it is accepted. */
async function tried(c: Page, visit: Visit, { ledger, sql }: ConsoleParts, campaign: Campaign) {
  const { partner, actor } = visit
  const of = { partnerId: partner.id, campaignId: campaign.id }
  const { firstHeldId: grantId } = await readQueue(ledger, of)
  if (grantId !== null)
    await retryGrant(sql, { partnerId: partner.id, grantId, actor, although: null })
  return back(c, visit, campaign, 'tried')
}

async function listed(c: Page, visit: Visit, parts: ConsoleParts, campaign: Campaign) {
  const { language, partner, actor, base } = visit
  const refused = (listProblem: string) => campaignPage(c, visit, parts, campaign, { listProblem })
  const file = (await c.req.parseBody())['list']
  const bytes = file instanceof File ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0)
  if (bytes.length === 0) return refused(words[language].campaigns.list.empty)
  const asked = { partnerId: partner.id, campaignId: campaign.id, actor, bytes }
  const planned = await planGate.run(() => planList(parts.sql, parts.ledger.pepper, asked))
  if (planned === 'full') return refused(words[language].common.busy)
  if ('problem' in planned) return refused(upper(listProblems[planned.problem][language]))
  return c.redirect(`${base}/jobs/${planned.id}`, 303)
}
