// How many calls a campaign may have at once: few at first, more with each answer, half of them after
// each failure; and never at the cost of another campaign.
import { beforeEach, expect, test } from 'vitest'
import type { ClaimedGrant } from '../../src/db/claim.ts'
import { WaitingGrants } from '../../src/grants/waiting.ts'
import { limits } from '../../src/limits.ts'

const { moabConnectionsAtFirst: atFirst, moabConnectionsPerCampaignMax: most } = limits

let waiting: WaitingGrants
beforeEach(() => {
  waiting = new WaitingGrants()
})

/** What the database's clock says; nobody else's. */
const wallMs = 1_700_000_000_000

/** `inMs`: when the nth of them has its moment. */
function add(campaignId: string, count: number, inMs?: (n: number) => number): void {
  for (let n = 0; n < count; n++) {
    const grant: ClaimedGrant = {
      partnerId: 'partner',
      campaignId,
      id: `${campaignId}${n}`,
      mode: 'live',
      email: `${n}@example.com`,
      attempt: 1,
      retries: 0,
      ambiguous: false,
      due: null,
    }
    const asked = performance.now()
    const moment =
      inMs === undefined
        ? {}
        : { claimedMs: wallMs, momentMs: wallMs + inMs(n), offMsMax: limits.paceClockMsMax }
    waiting.add({ ...grant, ...moment }, Infinity, asked)
  }
}

/** Takes what may be sent now. */
function take(): ClaimedGrant[] {
  const taken: ClaimedGrant[] = []
  for (let next = waiting.next(); next !== undefined; next = waiting.next()) taken.push(next.grant)
  return taken
}

function answer(grants: readonly ClaimedGrant[], failed: boolean): void {
  for (const grant of grants) {
    waiting.answered(grant, 10, failed)
    waiting.done(grant)
  }
}

test('a campaign begins with few calls, and each answer allows one more, up to its share', () => {
  add('one', 1000)
  let open = take()
  const atOnce = [open.length]
  for (let round = 0; round < 5; round++) {
    answer(open, false)
    open = take()
    atOnce.push(open.length)
  }
  expect(atOnce).toEqual([atFirst, 2 * atFirst, 4 * atFirst, most, most, most])
})

test('each failure halves them, down to one; each answer brings one back', () => {
  add('one', 1000)
  for (let round = 0; round < 5; round++) answer(take(), false)
  const [first, second, ...others] = take()
  if (first === undefined || second === undefined) throw new Error('nothing was taken')
  answer([first], true)
  answer([second], true)
  expect(take()).toEqual([])
  answer(others, false)
  let open = take()
  expect(open).toHaveLength(Math.min(most, most / 4 + others.length))
  for (let round = 0; round < 3; round++) {
    answer(open, true)
    open = take()
  }
  expect(open).toHaveLength(1)
})

test('one that fails keeps its few calls, while another has its own', () => {
  add('failing', 100)
  answer(take(), true)
  answer(take(), true)
  add('well', 100)
  const calls = take()
  expect(calls.filter(({ campaignId }) => campaignId === 'failing')).toHaveLength(1)
  expect(calls.filter(({ campaignId }) => campaignId === 'well')).toHaveLength(atFirst)
})

test('what was learnt stays when nothing waits', () => {
  add('one', atFirst)
  answer(take(), false)
  expect(waiting.size).toBe(0)
  add('one', 100)
  expect(take()).toHaveLength(2 * atFirst)
})

test('a pace is kept besides: nobody is waited for whose campaign may not call', () => {
  add('paced', 10, (n) => n * 1000)
  expect(take()).toHaveLength(1)
  expect(waiting.msToMoment()).toBeGreaterThan(900)
  add('quick', atFirst + 1, () => 0)
  take()
  expect(waiting.msToMoment()).toBeGreaterThan(500)
})

test('a moment that is over is not made up for: those grants go back', () => {
  add('paced', 10, (n) => (n - 8) * 100)
  const late = waiting.dropLate()
  expect(late.map(({ id }) => id)).toEqual(Array.from({ length: 8 }, (_, n) => `paced${n}`))
  expect(take().map(({ id }) => id)).toEqual(['paced8'])
  expect(waiting.size).toBe(1)
})

test('where the clock is known too badly for a moment, it is over; the next ones keep more distance', async () => {
  const asked = performance.now() - 100
  const paced = (offMsMax: number) => ({
    partnerId: 'partner',
    campaignId: 'paced',
    id: `off by ${offMsMax}`,
    mode: 'live' as const,
    email: 'a@example.com',
    attempt: 1,
    retries: 0,
    ambiguous: false,
    due: null,
    claimedMs: wallMs,
    momentMs: wallMs + 60_000,
    offMsMax,
  })
  expect(waiting.knownClock()).toEqual({ slackMs: 0, wayMs: 0 })
  waiting.add(paced(limits.paceClockMsMax), Infinity, asked)
  expect(waiting.dropLate()).toHaveLength(1)
  const { slackMs } = waiting.knownClock()
  expect(slackMs).toBeGreaterThan(50 - limits.paceClockMsMax - 1)
  expect(slackMs).toBeLessThan(1000)
  // A database that is far away answers no quicker the next time, and clocks drift meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 20))
  waiting.add(paced(limits.paceClockMsMax + slackMs), Infinity, performance.now() - 1000)
  expect(waiting.dropLate()).toEqual([])
})
