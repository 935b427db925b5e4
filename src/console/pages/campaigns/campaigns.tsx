// …/campaigns: what MOAB has agreed to give, and how each is doing; a new one.
import { Hono } from 'hono'
import { listCampaigns } from '../../../ledger/setup.ts'
import { sayReason } from '../../../ledger/words.ts'
import { change, idMade, type Mistake } from '../../change.ts'
import { fieldsOf, smallForm } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { shelfOf } from '../../ui/archive.tsx'
import { hrefWith, Listing } from '../../ui/lists.tsx'
import { CampaignState, type Campaign } from '../../ui/standing.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import {
  CampaignFields,
  campaignWanted,
  emptyCampaign,
  mistakesIn,
  readGiven,
  type CampaignGiven,
} from './form.tsx'

export function campaignsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/campaigns'
  app.get(
    path,
    inside(parts, ['config:read'], (c, visit) => campaignsPage(c, visit, parts)),
  )
  app.get(
    `${path}/new`,
    inside(parts, ['config:write'], (c, visit) => newPage(c, visit, emptyCampaign, [])),
  )
  app.post(
    `${path}/new`,
    smallForm,
    inside(parts, ['config:write'], (c, visit) => made(c, visit, parts)),
  )
  return app
}

async function made(c: Page, visit: Visit, parts: ConsoleParts) {
  const given = readGiven(await fieldsOf(c))
  const seen = mistakesIn(given, visit)
  if (seen.length > 0) return newPage(c, visit, given, seen)
  const wanted = Object.fromEntries(
    Object.entries(campaignWanted(given, visit.timeZone)).filter(([, value]) => value !== null),
  )
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeCampaign(deps, editing, null, wanted),
  )
  if (!done.ok) return newPage(c, visit, given, done.mistakes)
  const id = idMade(done, 'campaign') ?? ''
  return c.redirect(hrefWith(`${visit.base}/campaigns/${id}`, { done: 'made' }), 303)
}

async function campaignsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].campaigns
  const { base, asker } = visit
  const here = `${base}/campaigns`
  const { wanted, aside, listing } = shelfOf(c, visit, { here, add: `${here}/new`, says: say })
  const found = await listCampaigns(ledger, asker, wanted)
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'campaigns', aside },
    <Listing {...listing} found={found}>
      {(items) => (
        <ol class="feed">
          {items.map((campaign) => (
            <Line campaign={campaign} visit={visit} />
          ))}
        </ol>
      )}
    </Listing>,
  )
}

function Line({ campaign, visit }: { campaign: Campaign; visit: Visit }) {
  const { language, base } = visit
  return (
    <li>
      <a href={`${base}/campaigns/${campaign.id}`}>
        <CampaignState campaign={campaign} visit={visit} />
        <span class="what">
          {campaign.name} <small>{words[language].campaigns.modesShort[campaign.mode]}</small>
        </span>
        <span class="who">{sayReason('held', campaign.health.reason, language)}</span>
        <span></span>
      </a>
    </li>
  )
}

function newPage(c: Page, visit: Visit, given: CampaignGiven, mistakes: readonly Mistake[]) {
  const say = words[visit.language].campaigns
  const { base } = visit
  return answerIn(
    c,
    visit,
    {
      title: say.add,
      place: 'campaigns',
      above: { href: `${base}/campaigns`, label: say.title },
      status: mistakes.length > 0 ? 422 : 200,
    },
    <form method="post" action={`${base}/campaigns/new`} class="form">
      <CampaignFields
        visit={visit}
        given={given}
        mistakes={mistakes}
        isStored={false}
        hasKey={false}
      />
      <button type="submit">{say.form.submit}</button>
    </form>,
  )
}
