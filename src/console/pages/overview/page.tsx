// …: what is going on. What needs somebody stands first, in words, with the one thing to do.
import { Hono } from 'hono'
import { listAlarms } from '../../../ledger/alarms.ts'
import { readQueue } from '../../../ledger/queues.ts'
import { listCampaigns, listSources } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Nothing } from '../../ui/lists.tsx'
import type { Campaign } from '../../ui/standing.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { Figures } from './figures.tsx'
import { Needs } from './needs.tsx'
import { readBySource, readNumbers } from './numbers.ts'
import { Campaigns, Sources } from './things.tsx'

export function overviewRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner',
    inside(parts, ['events:read'], (c, visit) => overviewPage(c, visit, parts)),
  )
  return app
}

async function overviewPage(c: Page, visit: Visit, parts: ConsoleParts) {
  const { sources, campaigns, alarms } = await thingsOf(visit, parts)
  if (sources.length === 0 && campaigns.length === 0) return firstPage(c, visit)
  const [numbers, bySource, attention] = await Promise.all([
    readNumbers(parts, visit),
    readBySource(parts, visit),
    attentionIn(visit, parts, campaigns),
  ])
  return answerIn(
    c,
    visit,
    { title: words[visit.language].overview.title, place: 'overview' },
    <>
      <Needs alarms={alarms} campaigns={campaigns} attention={attention} visit={visit} />
      <Figures numbers={numbers} visit={visit} />
      <div class="two even">
        <Sources sources={sources} bySource={bySource} visit={visit} now={parts.now()} />
        <Campaigns campaigns={campaigns} visit={visit} />
      </div>
    </>,
  )
}

async function thingsOf({ asker, language }: Visit, { ledger }: ConsoleParts) {
  const limit = limits.overviewThingsShown
  const [sources, campaigns, alarms] = await Promise.all([
    listSources(ledger, asker, { limit }),
    listCampaigns(ledger, asker, { limit }),
    listAlarms(ledger, asker, { state: 'open', limit, lang: language }),
  ])
  return { sources: itemsOf(sources), campaigns: itemsOf(campaigns), alarms: itemsOf(alarms) }
}

/** How many bonuses wait for somebody to decide. */
async function attentionIn(
  { partner }: Visit,
  { ledger }: ConsoleParts,
  campaigns: readonly Campaign[],
): Promise<number> {
  const queues = await Promise.all(
    campaigns.map(({ id }) => readQueue(ledger, { partnerId: partner.id, campaignId: id })),
  )
  return queues.reduce((sum, { attention }) => sum + attention, 0)
}

function firstPage(c: Page, visit: Visit) {
  const say = words[visit.language].overview
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'overview' },
    <Nothing title={say.first} help={say.firstHelp}>
      {visit.may('config:write') && (
        <p>
          <a class="button" href={`${visit.base}/connect`}>
            {say.connect}
          </a>
        </p>
      )}
    </Nothing>,
  )
}
