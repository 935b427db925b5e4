import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { apiKey, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterEach(() => scene.empty())
afterAll(() => scene.close())

const file = (body: string) => `partner: acme\ncampaigns: [{ name: c, ${body} }]\n`
const live = (rest = '') => file(`mode: live, api_key: ${apiKey}${rest === '' ? '' : `, ${rest}`}`)
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString()

/** State, reason and when the next probe is: now, at the start of the campaign, or never. */
async function health() {
  const [row] = await scene.rows(`select h.state, h.reason,
    case when probe_at is null then null when probe_at = c.starts_at then 'start'
      when probe_at between now() - interval '10 s' and now() then 'now' else 'later' end as probe
    from campaign_health h join campaigns c on c.id = h.campaign_id`)
  return row === undefined ? undefined : [row['state'], row['reason'], row['probe']]
}

const makeUnwell = (state: string, reason: string, probe = "now() + interval '1 h'") =>
  scene.rows(
    `update campaign_health set state = '${state}', reason = '${reason}', probe_at = ${probe}, failures = 3`,
  )

const stopped = ['stopped', 'stopped', null]
const healthy = ['healthy', null, null]
const waiting = ['holding', 'not_started', 'start']

describe('a new campaign', () => {
  test.each([
    ['is healthy', () => live(), healthy],
    ['that is switched off is stopped', () => live('enabled: false'), stopped],
    ['waits for its start', () => live(`starts_at: ${inAnHour()}`), waiting],
    ['that has started is healthy', () => live(`starts_at: ${anHourAgo()}`), healthy],
    [
      'of the sandbox waits for nothing',
      () => file(`mode: sandbox, starts_at: ${inAnHour()}`),
      healthy,
    ],
    [
      'that is switched off waits for nobody',
      () => live(`starts_at: ${inAnHour()}, enabled: false`),
      stopped,
    ],
  ])('%s', async (_what, text, expected) => {
    await scene.applied(text())
    expect(await health()).toEqual(expected)
  })
})

describe('a campaign that changes', () => {
  const past = anHourAgo()
  test.each([
    ['is stopped when switched off', 'healthy', live, () => live('enabled: false'), stopped],
    ['is healthy when switched on again', 'healthy', () => live('enabled: false'), live, healthy],
    [
      'waits for its start when switched on before it',
      'healthy',
      () => live('enabled: false'),
      () => live(`starts_at: ${inAnHour()}`),
      waiting,
    ],
    [
      'tries a new key at once',
      'holding',
      live,
      () => file('mode: live, api_key: 99999999-2222-4333-8444-555555555555'),
      ['holding', 'credentials', 'now'],
    ],
    [
      'tries a new URL at once',
      'unreachable',
      live,
      () => live('url: https://moab.example/x'),
      ['unreachable', 'no_answer', 'now'],
    ],
    [
      'tries at once when the end moves',
      'holding',
      live,
      () => live('ends_at: 2030-01-01T00:00:00Z'),
      ['holding', 'credentials', 'now'],
    ],
    [
      'tries at once when the pace changes',
      'holding',
      live,
      () => live('per_second: 3'),
      ['holding', 'credentials', 'now'],
    ],
    [
      'tries at once when the start moves into the past',
      'holding',
      live,
      () => live(`starts_at: ${past}`),
      ['holding', 'credentials', 'now'],
    ],
    [
      'waits when the start moves into the future',
      'healthy',
      live,
      () => live(`starts_at: ${inAnHour()}`),
      waiting,
    ],
    [
      'tries at once in the sandbox',
      'holding',
      live,
      () => file('mode: sandbox'),
      ['holding', 'credentials', 'now'],
    ],
    [
      'that is healthy stays so with another pace',
      'healthy',
      live,
      () => live('per_second: 3'),
      healthy,
    ],
    ['is not touched by the same file', 'holding', live, live, ['holding', 'credentials', 'later']],
  ] as const)('%s', async (_what, state, before, after, expected) => {
    await scene.applied(before())
    if (state === 'holding') await makeUnwell('holding', 'credentials')
    if (state === 'unreachable') await makeUnwell('unreachable', 'no_answer')
    await scene.applied(after())
    expect(await health()).toEqual(expected)
  })

  test('that a person stopped stays stopped whatever else changes', async () => {
    await scene.applied(live())
    await makeUnwell('stopped', 'stopped', 'null')
    await scene.applied(live(`starts_at: ${inAnHour()}, per_second: 3`))
    expect(await health()).toEqual(stopped)
  })

  test('from the sandbox to live keeps its id, and with it its past', async () => {
    await scene.applied(file('mode: sandbox'))
    const [before] = await scene.rows('select id from campaigns')
    await scene.applied(live())
    expect(await scene.rows('select id, mode from campaigns')).toEqual([
      { ...before, mode: 'live' },
    ])
  })

  test('to another URL keeps no key that is not given again', async () => {
    await scene.applied(live())
    const kept = 'mode: live, api_key: { stored: true }'
    const elsewhere = 'url: https://moab.example.com/api'
    const told = await scene.apply(file(`${kept}, ${elsewhere}`))
    expect(told).toMatchObject({
      ok: false,
      problems: [{ message: 'must be given again: another url would get the stored one' }],
    })
    await scene.applied(live(elsewhere))
    await scene.applied(file(`${kept}, url: https://moab.example.com/other`))
    expect((await scene.apply(file(`${kept}, url: https://moab.example.org/api`))).ok).toBe(false)
    await scene.applied(file(kept))
  })

  test('to the sandbox without a key forgets the key', async () => {
    await scene.applied(live())
    await scene.applied(file('mode: sandbox'))
    expect(await scene.rows('select api_key_sealed from campaigns')).toEqual([
      { api_key_sealed: null },
    ])
    const back = await scene.apply(file('mode: live, api_key: { stored: true }'))
    expect(back.ok).toBe(false)
  })
})
