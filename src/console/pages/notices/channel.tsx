// …/settings/notices/:id: one channel: how it is doing, a test, and everything that may be changed.
import { Hono } from 'hono'
import { isUuid } from '../../../ids.ts'
import { listChannels, listNotices, type ChannelView } from '../../../ledger/notices.ts'
import { limits } from '../../../limits.ts'
import { conflicts } from '../../../notices/conflicts.ts'
import { Problem, smallForm, ticksOf } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { showOnce, takeShownOnce } from '../../shown-once.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { givenIn, hrefWith } from '../../ui/lists.tsx'
import { Copyable, Told, upper } from '../../ui/marks.tsx'
import { inEither, type Page, type Standing } from '../../visit.ts'
import { words, type Words } from '../../words.ts'
import { settingsOf as settingsHref } from '../settings/overview.tsx'
import { ChannelForm } from './form.tsx'
import { ChannelState, Facts } from './marks.tsx'
import {
  settingsOf,
  typedIn,
  typedOf,
  valuesOf,
  wrongAtOnce,
  wrongIn,
  type Typed,
  type Wrong,
} from './typed.ts'

export const noticesOf = (visit: Standing) => `${settingsHref(visit)}/notices`
export const channelHref = (visit: Standing, id: string) => `${noticesOf(visit)}/${id}`

type Done = keyof Words['notices']['done']

export function channelAt(app: Hono<ConsoleEnv>, path: string, parts: ConsoleParts): void {
  app.get(
    path,
    inEither(parts, ['config:read'], async (c, visit) => {
      const channel = await channelMeant(c, visit, parts)
      return channel === undefined ? notThere(c) : channelPage(c, visit, parts, { channel })
    }),
  )
  const change = (at: string, work: Work) =>
    app.post(
      path + at,
      smallForm,
      inEither(parts, ['config:write'], async (c, visit) => {
        const channel = await channelMeant(c, visit, parts)
        return channel === undefined ? notThere(c) : work(c, visit, channel)
      }),
    )
  change('', (c, visit, channel) => changing(c, visit, parts, channel))
  change('/test', (c, visit, channel) => testing(c, visit, parts, channel))
  change('/switch', async (c, visit, { id }) => {
    const enabled = (await ticksOf(c)).text('on') === 'true'
    const { changeChannel } = await editor()
    const changed = await changeChannel(parts, editing(visit), id, { enabled })
    return changed.ok ? back(c, visit, id, enabled ? 'on' : 'off') : notThere(c)
  })
  change('/remove', async (c, visit, { id }) => {
    const { removeChannel } = await editor()
    if (!(await removeChannel(parts.orm, editing(visit), id))) return notThere(c)
    return c.redirect(hrefWith(noticesOf(visit), { done: 'removed' }), 303)
  })
}

type Work = (c: Page, visit: Standing, channel: ChannelView) => Promise<Response>

/** Loaded when somebody first changes or tests something. */
const editor = () => import('../../../notices/editing.ts')
const editing = ({ owner, actor }: Standing) => ({ owner, actor })
const back = (c: Page, visit: Standing, id: string, done: Done) =>
  c.redirect(hrefWith(channelHref(visit, id), { done }), 303)

async function channelMeant(
  c: Page,
  { asker, language: lang }: Standing,
  { ledger }: ConsoleParts,
) {
  const id = c.req.param('id') ?? ''
  if (!isUuid(id)) return undefined
  const found = await listChannels(ledger, asker, { id, limit: 1, unowned: true, lang })
  return 'items' in found ? found.items[0] : undefined
}

/** The secret that was made for it is shown on its own page, once. */
export async function showSecret(
  c: Page,
  parts: ConsoleParts,
  visit: Standing,
  made: { id: string; secret: string | null },
): Promise<Response> {
  const page = channelHref(visit, made.id)
  if (made.secret !== null) await showOnce(c, parts, visit, { page, secret: made.secret })
  return back(c, visit, made.id, 'made')
}

async function changing(c: Page, visit: Standing, parts: ConsoleParts, channel: ChannelView) {
  const { language } = visit
  const typed = typedIn(await ticksOf(c), channel.kind, visit)
  const refuse = (wrong: Wrong, problem?: string) =>
    channelPage(c, visit, parts, { channel, typed, wrong, problem })
  const wrong = wrongAtOnce(typed, words[language].notices)
  if (wrong.size > 0) return refuse(wrong)
  const { changeChannel } = await editor()
  const settings = settingsOf(channel.kind, typed, true)
  const wanted = { ...valuesOf(typed, visit), settings }
  const changed = await changeChannel(parts, editing(visit), channel.id, wanted)
  if (changed.ok) return back(c, visit, channel.id, 'changed')
  if ('missing' in changed) return notThere(c)
  if ('conflict' in changed)
    return refuse(new Map(), `${upper(conflicts[changed.conflict][language])}.`)
  return refuse(wrongIn(changed.mistakes, { typed, isThere: true, language }))
}

async function testing(c: Page, visit: Standing, parts: ConsoleParts, channel: ChannelView) {
  const { testChannel } = await editor()
  const tested = await testChannel(parts, editing(visit), channel.id)
  const here = channelHref(visit, channel.id)
  if (tested.ok) return c.redirect(hrefWith(here, { tested: tested.id }), 303)
  if (!('conflict' in tested)) return notThere(c)
  const problem = `${upper(conflicts[tested.conflict][visit.language])}.`
  return channelPage(c, visit, parts, { channel, problem })
}

interface ChannelTold {
  channel: ChannelView
  /** As it was typed; else as it is. */
  typed?: Typed
  wrong?: Wrong
  problem?: string | undefined
}

async function channelPage(c: Page, visit: Standing, parts: ConsoleParts, told: ChannelTold) {
  const say = words[visit.language].notices
  const { channel, typed, wrong = new Map(), problem } = told
  const here = channelHref(visit, channel.id)
  const isRefused = typed !== undefined || problem !== undefined
  const above = {
    href: noticesOf(visit),
    label: words[visit.language].settings.pages.notices.title,
  }
  return answerIn(
    c,
    visit,
    {
      title: channel.name,
      place: 'settings',
      above,
      status: isRefused ? 422 : 200,
      aside: <ChannelState channel={channel} visit={visit} />,
    },
    <>
      {isRefused ? (
        <Problem>{problem ?? say.mistaken}</Problem>
      ) : (
        <>
          <Outcome {...await outcomeIn(c, visit, parts, channel)} visit={visit} />
          <Secret secret={await takeShownOnce(c, parts, visit, here)} visit={visit} />
        </>
      )}
      <Facts channel={channel} visit={visit} />
      {visit.may('config:write') && (
        <>
          <Acts channel={channel} visit={visit} here={here} />
          <section>
            <h2>{say.change}</h2>
            <ChannelForm
              visit={visit}
              kind={channel.kind}
              action={here}
              typed={typed ?? typedOf(channel, visit)}
              wrong={wrong}
              isThere
            />
          </section>
        </>
      )}
    </>,
  )
}

type Notice = Extract<Awaited<ReturnType<typeof listNotices>>, { items: unknown }>['items'][number]
interface OutcomeProps {
  done?: Done
  tested?: Notice | undefined
}

/** What is to be told of what was done before this page. */
async function outcomeIn(
  c: Page,
  { asker, language: lang }: Standing,
  { ledger }: ConsoleParts,
  { id: channel }: ChannelView,
): Promise<OutcomeProps> {
  const { done, tested } = givenIn(c, ['done', 'tested'])
  if (done !== undefined && isDone(done)) return { done }
  if (tested === undefined) return {}
  const limit = limits.noticeTestsPerHourMax
  const found = await listNotices(ledger, asker, { channel, limit, unowned: true, lang })
  const all = 'items' in found ? found.items : []
  return { tested: all.find((notice) => notice.test && notice.id === tested) }
}

const isDone = (text: string): text is Done => Object.hasOwn(words.en.notices.done, text)

function Outcome({ done, tested, visit }: OutcomeProps & { visit: Standing }) {
  const say = words[visit.language].notices
  if (done !== undefined) return <Told>{say.done[done]}</Told>
  if (tested === undefined) return null
  if (tested.outcome === 'delivered') return <Told>{say.tested}</Told>
  return (
    <>
      <Problem>{say.notTested(tested.told ?? say.states[tested.state])}</Problem>
      {(tested.http_status !== null || tested.answer !== null) && (
        <p class="help">
          {say.answered}: {tested.http_status !== null && `HTTP ${tested.http_status} `}
          {tested.answer !== null && <code>{tested.answer}</code>}
        </p>
      )}
    </>
  )
}

function Secret({ secret, visit }: { secret: string | undefined; visit: Standing }) {
  const say = words[visit.language].notices
  if (secret === undefined) return null
  return (
    <div class="card once">
      <h2 class="plain">{say.secret}</h2>
      <Copyable text={secret} visit={visit} label={say.secret} />
      <p class="help">{say.secretOnce}</p>
    </div>
  )
}

function Acts({ channel, visit, here }: { channel: ChannelView; visit: Standing; here: string }) {
  const say = words[visit.language].notices
  const { name, enabled } = channel
  return (
    <div class="actions">
      <form method="post" action={`${here}/test`}>
        <button type="submit" title={say.testHelp}>
          {say.test}
        </button>
      </form>
      <form method="post" action={`${here}/switch`}>
        <input type="hidden" name="on" value={String(!enabled)} />
        <button type="submit" class="quiet" title={enabled ? say.turnOffHelp : undefined}>
          {enabled ? say.turnOff : say.turnOn}
        </button>
      </form>
      <Confirm
        label={say.remove}
        about={name}
        says={say.removeSays(name)}
        action={`${here}/remove`}
        button={say.removeYes}
      />
    </div>
  )
}
