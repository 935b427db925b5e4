// …/campaigns/:id: what waits, what keeps it and the one thing that helps; its settings; a list of people.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isUuid } from '../../../ids.ts'
import { planList } from '../../../jobs/list.ts'
import { retryGrant } from '../../../jobs/retry.ts'
import { readQueue } from '../../../ledger/queues.ts'
import { readCampaign } from '../../../ledger/setup.ts'
import { sayReason } from '../../../ledger/words.ts'
import { limits } from '../../../limits.ts'
import { change, type Mistake } from '../../change.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { distanceIn, numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Ago, Moment, Told, upper } from '../../ui/marks.tsx'
import { inside, type Page, type Shows, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import {
  CampaignFields,
  campaignGiven,
  campaignWanted,
  mistakesIn,
  readGiven,
  type CampaignGiven,
} from './form.tsx'
import { CampaignState } from './campaigns.tsx'

type Campaign = NonNullable<Awaited<ReturnType<typeof readCampaign>>>['view']
type Queue = Awaited<ReturnType<typeof readQueue>>

export function campaignRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/campaigns/:id'
  const about =
    (shows: (c: Page, visit: Visit, campaign: Campaign) => ReturnType<Shows>): Shows =>
    async (c, visit) => {
      const id = c.req.param('id') ?? ''
      const found = isUuid(id) ? await readCampaign(parts.ledger, visit.asker, id) : undefined
      return found === undefined ? notThere(c) : shows(c, visit, found.view)
    }
  const writes = (shows: (c: Page, visit: Visit, campaign: Campaign) => ReturnType<Shows>) =>
    inside(parts, ['config:write'], about(shows))
  const back = (c: Page, { base }: Visit, { id }: Campaign, done: string) =>
    c.redirect(hrefWith(`${base}/campaigns/${id}`, { done }), 303)

  app.get(
    path,
    inside(
      parts,
      ['config:read'],
      about((c, visit, campaign) => campaignPage(c, visit, parts, campaign, {})),
    ),
  )
  app.post(
    path,
    smallForm,
    writes(async (c, visit, campaign) => {
      const given = readGiven(await fieldsOf(c))
      const seen = mistakesIn(given, visit)
      if (seen.length > 0) return campaignPage(c, visit, parts, campaign, { given, mistakes: seen })
      const { name: _name, ...wanted } = campaignWanted(given, visit.timeZone)
      const done = await change(parts, visit, (editor, deps, editing) =>
        editor.writeCampaign(deps, editing, campaign.id, wanted),
      )
      if (done.ok) return back(c, visit, campaign, 'saved')
      return campaignPage(c, visit, parts, campaign, { given, mistakes: done.mistakes })
    }),
  )
  for (const enabled of [true, false])
    app.post(
      `${path}/${enabled ? 'on' : 'off'}`,
      smallForm,
      writes(async (c, visit, campaign) => {
        const done = await change(parts, visit, (editor, deps, editing) =>
          editor.writeCampaign(deps, editing, campaign.id, { enabled }),
        )
        if (done.ok) return back(c, visit, campaign, 'saved')
        return campaignPage(c, visit, parts, campaign, { mistakes: done.mistakes })
      }),
    )
  for (const what of ['archive', 'restore'] as const)
    app.post(
      `${path}/${what}`,
      smallForm,
      writes(async (c, visit, campaign) => {
        const done = await change(parts, visit, (editor, deps, editing) =>
          what === 'archive'
            ? editor.archiveThing(deps, editing, 'campaign', campaign.id)
            : editor.restoreThing(deps, editing, 'campaign', campaign.id),
        )
        if (done.ok) return back(c, visit, campaign, 'saved')
        return campaignPage(c, visit, parts, campaign, { mistakes: done.mistakes })
      }),
    )
  app.post(
    `${path}/try`,
    smallForm,
    inside(
      parts,
      ['grants:write'],
      about(async (c, visit, campaign) => {
        const { partner, actor } = visit
        const queue = await readQueue(parts.ledger, {
          partnerId: partner.id,
          campaignId: campaign.id,
        })
        const grantId = queue.firstHeldId
        if (grantId !== null)
          await retryGrant(parts.sql, { partnerId: partner.id, grantId, actor, although: null })
        return back(c, visit, campaign, 'tried')
      }),
    ),
  )
  app.post(
    `${path}/list`,
    bodyLimit({
      maxSize: limits.importBytesMax + limits.formBytesMax,
      onError: (c) => c.text('This file is too large.', 413),
    }),
    inside(
      parts,
      ['grants:write'],
      about(async (c, visit, campaign) => {
        const say = words[visit.language].campaigns.list
        const file = (await c.req.parseBody())['list']
        const bytes = file instanceof File ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0)
        if (bytes.length === 0)
          return campaignPage(c, visit, parts, campaign, { listProblem: say.empty })
        const { partner, actor, base } = visit
        const asked = { partnerId: partner.id, campaignId: campaign.id, actor, bytes }
        const planned = await planList(parts.sql, parts.ledger.pepper, asked)
        if ('problem' in planned)
          return campaignPage(c, visit, parts, campaign, { listProblem: planned.problem })
        return c.redirect(`${base}/jobs/${planned.id}`, 303)
      }),
    ),
  )
  return app
}

interface Told {
  given?: CampaignGiven
  mistakes?: readonly Mistake[]
  listProblem?: string
}

async function campaignPage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  campaign: Campaign,
  told: Told,
) {
  const { base, language, timeZone, partner } = visit
  const say = words[language].campaigns
  const queue = await readQueue(parts.ledger, { partnerId: partner.id, campaignId: campaign.id })
  const { given = campaignGiven(campaign, timeZone), mistakes = [], listProblem } = told
  const done = c.req.query('done')
  const isWrong = mistakes.length > 0 || listProblem !== undefined
  const here = `${base}/campaigns/${campaign.id}`
  const isArchived = campaign.archived_at !== null
  return answerIn(
    c,
    visit,
    {
      title: campaign.name,
      place: 'campaigns',
      above: { href: `${base}/campaigns`, label: say.title },
      aside: isArchived ? (
        <span class="help">{say.archived}</span>
      ) : (
        <CampaignState campaign={campaign} visit={visit} />
      ),
      status: isWrong ? 422 : 200,
    },
    <>
      {done === 'saved' && <Told>{say.one.saved}</Told>}
      {done === 'made' && <Told>{say.one.made}</Told>}
      {done === 'tried' && <Told>{say.one.tried}</Told>}
      <Why campaign={campaign} visit={visit} queue={queue} now={parts.now()} here={here} />
      <Waiting campaign={campaign} visit={visit} queue={queue} now={parts.now()} />
      {visit.may('config:write') && !isArchived && (
        <section>
          <h2 id="settings">{say.one.edit}</h2>
          <form method="post" action={here} class="form">
            <CampaignFields visit={visit} given={given} mistakes={mistakes} isStored />
            <button type="submit">{words[language].common.save}</button>
          </form>
        </section>
      )}
      {visit.may('grants:write') && !isArchived && (
        <section>
          <h2 id="list">{say.list.title}</h2>
          <form method="post" action={`${here}/list`} enctype="multipart/form-data" class="form">
            {listProblem !== undefined && <Problem>{listProblem}</Problem>}
            <p class="help">{say.list.help}</p>
            <label for="file">{say.list.file}</label>
            <input id="file" name="list" type="file" accept=".csv,text/csv,text/plain" />
            <button type="submit" class="quiet">
              {say.list.submit}
            </button>
          </form>
        </section>
      )}
      {visit.may('config:write') && <Ends campaign={campaign} visit={visit} here={here} />}
    </>,
  )
}

interface PartProps {
  campaign: Campaign
  visit: Visit
  queue: Queue
  now: number
}

/** What keeps it, and the one thing that helps. */
function Why({ campaign, visit, queue, now, here }: PartProps & { here: string }) {
  const { language } = visit
  const say = words[language].campaigns.one
  const { state, reason, probe_at } = campaign.health
  if (state === 'healthy' || campaign.archived_at !== null) return null
  const why = sayReason('held', reason, language) ?? words[language].campaigns.states[state]
  const help = reason !== null && isHelp(say.helps, reason) ? say.helps[reason] : ''
  return (
    <ul class="needs">
      <li>
        <div>
          <strong>{upper(why)}</strong>
          <p class="help">
            {help}{' '}
            {state === 'stopped'
              ? say.asksNever
              : probe_at !== null &&
                say.probe(distanceIn(language, new Date(probe_at), new Date(now)))}
          </p>
        </div>
        {state === 'stopped'
          ? visit.may('config:write') && <Button action={`${here}/on`} label={say.on} />
          : queue.firstHeldId !== null &&
            visit.may('grants:write') && <Button action={`${here}/try`} label={say.tryNow} />}
      </li>
    </ul>
  )
}

const isHelp = <T extends object>(helps: T, reason: PropertyKey): reason is keyof T =>
  Object.hasOwn(helps, reason)

const Button = ({ action, label, kind = '' }: { action: string; label: string; kind?: string }) => (
  <form method="post" action={action}>
    <button type="submit" class={kind === '' ? undefined : kind}>
      {label}
    </button>
  </form>
)

function Waiting({ campaign, visit, queue, now }: PartProps) {
  const { language, base } = visit
  const { one: say } = words[language].campaigns
  const to = (state: string) => hrefWith(`${base}/grants`, { campaign: campaign.name, state })
  const shown = (count: number) => {
    const number = numberIn(language, count)
    return count < limits.queueCountedMax ? number : say.orMore(number)
  }
  const figures = [
    ['queued', say.waiting, queue.queued],
    ['held', say.held, queue.held],
    ['attention', say.attention, queue.attention],
  ] as const
  const pace = campaign.per_second
  const left = queue.queued + queue.held
  const ready =
    pace !== null &&
    left > 0 &&
    left < limits.queueCountedMax &&
    new Date(now + (left / pace) * 1000)
  return (
    <>
      <ul class="figures">
        {figures.map(([state, label, count]) => (
          <li>
            <a href={to(state)}>
              <strong>{shown(count)}</strong>
              <span>{label}</span>
            </a>
          </li>
        ))}
        {queue.oldestAt !== null && (
          <li>
            <strong class="text">
              <Ago at={queue.oldestAt} visit={visit} now={now} />
            </strong>
            <span>{say.oldest}</span>
          </li>
        )}
      </ul>
      <p class="help">
        {pace !== null && `${upper(say.perSecond(numberIn(language, pace)))}. `}
        {ready &&
          campaign.health.state === 'healthy' &&
          `${say.ready(distanceIn(language, ready, new Date(now)))} `}
        <a href={hrefWith(`${base}/grants`, { campaign: campaign.name })}>{say.see}</a>
      </p>
    </>
  )
}

function Ends({ campaign, visit, here }: { campaign: Campaign; visit: Visit; here: string }) {
  const say = words[visit.language].campaigns.one
  const isArchived = campaign.archived_at !== null
  return (
    <section>
      {campaign.archived_at !== null && (
        <p class="help">
          <Moment at={campaign.archived_at} visit={visit} />
        </p>
      )}
      <ul class="rows">
        {!isArchived && campaign.enabled && (
          <li>
            <div class="help">{say.offHelp}</div>
            <Button action={`${here}/off`} label={say.off} kind="quiet" />
          </li>
        )}
        {!isArchived && !campaign.enabled && (
          <li>
            <div class="help">{say.asksNever}</div>
            <Button action={`${here}/on`} label={say.on} kind="quiet" />
          </li>
        )}
        <li>
          <div class="help">{isArchived ? say.restoreHelp : say.archiveHelp}</div>
          <Button
            action={`${here}/${isArchived ? 'restore' : 'archive'}`}
            label={isArchived ? say.restore : say.archive}
            kind="quiet"
          />
        </li>
      </ul>
    </section>
  )
}
