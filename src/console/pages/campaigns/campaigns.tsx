// …/campaigns: what MOAB has agreed to give, and how each is doing; a new one.
import { Hono } from 'hono'
import { listCampaigns } from '../../../ledger/setup.ts'
import { sayReason } from '../../../ledger/words.ts'
import { limits } from '../../../limits.ts'
import { change, idMade, type Mistake } from '../../change.ts'
import { fieldsOf, smallForm } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { givenIn, hrefWith, Pager } from '../../ui/lists.tsx'
import { Empty, Mark, type Tone } from '../../ui/marks.tsx'
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
    inside(parts, ['config:write'], async (c, visit) => {
      const given = readGiven(await fieldsOf(c))
      const seen = mistakesIn(given, visit)
      if (seen.length > 0) return newPage(c, visit, given, seen)
      const wanted = Object.fromEntries(
        Object.entries(campaignWanted(given, visit.timeZone)).filter(([, value]) => value !== null),
      )
      const made = await change(parts, visit, (editor, deps, editing) =>
        editor.writeCampaign(deps, editing, null, wanted),
      )
      if (!made.ok) return newPage(c, visit, given, made.mistakes)
      const id = idMade(made, 'campaign') ?? ''
      return c.redirect(hrefWith(`${visit.base}/campaigns/${id}`, { done: 'made' }), 303)
    }),
  )
  return app
}

type Campaign = Extract<
  Awaited<ReturnType<typeof listCampaigns>>,
  { items: unknown }
>['items'][number]

const tones = {
  healthy: 'good',
  holding: 'care',
  unreachable: 'bad',
  stopped: 'none',
} as const satisfies Record<Campaign['health']['state'], Tone>

export const CampaignState = ({ campaign, visit }: { campaign: Campaign; visit: Visit }) => (
  <Mark tone={tones[campaign.health.state]}>
    {words[visit.language].campaigns.states[campaign.health.state]}
  </Mark>
)

async function campaignsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].campaigns
  const { base, asker } = visit
  const after = givenIn(c, ['after']).after
  const archived = c.req.query('archived') === 'true'
  const found = await listCampaigns(ledger, asker, {
    limit: limits.consoleRowsShown,
    after,
    archived,
  })
  const items = 'items' in found ? found.items : []
  const here = `${base}/campaigns`
  const aside = (
    <div class="actions">
      <a href={archived ? here : `${here}?archived=true`}>
        {archived ? say.current : say.archived}
      </a>
      {visit.may('config:write') && (
        <a class="button" href={`${here}/new`}>
          {say.add}
        </a>
      )}
    </div>
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'campaigns', aside },
    <>
      {items.length === 0 &&
        (archived ? (
          <Empty>{words[visit.language].common.nothing}</Empty>
        ) : (
          <Empty>
            <p>
              <strong>{say.none}</strong>
            </p>
            <p>{say.noneHelp}</p>
          </Empty>
        ))}
      {items.length > 0 && (
        <ol class="feed">
          {items.map((campaign) => (
            <li>
              <a href={`${here}/${campaign.id}`}>
                <CampaignState campaign={campaign} visit={visit} />
                <span class="what">
                  {campaign.name} <small>{say.modesShort[campaign.mode]}</small>
                </span>
                <span class="who">{sayReason('held', campaign.health.reason, visit.language)}</span>
                <span></span>
              </a>
            </li>
          ))}
        </ol>
      )}
      {'items' in found && (
        <Pager
          visit={visit}
          here={here}
          given={archived ? { archived: 'true' } : {}}
          after={after}
          next={found.next}
        />
      )}
    </>,
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
      <CampaignFields visit={visit} given={given} mistakes={mistakes} isStored={false} />
      <button type="submit">{say.form.submit}</button>
    </form>,
  )
}
