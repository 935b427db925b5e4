import { expect, test, vi } from 'vitest'
import type { ClaimedGrant } from '../../src/db/claim.ts'
import { BusyCampaigns, type Asked } from '../../src/grants/busy-campaigns.ts'
import { Claiming } from '../../src/grants/claiming.ts'
import { limits } from '../../src/limits.ts'

const key = (campaignId: string) => ({ partnerId: 'acme', campaignId })
const grantOf = (campaignId: string) => key(campaignId) as ClaimedGrant
const names = (asked: Asked) =>
  asked === 'all' ? 'all' : asked.map(({ campaignId }) => campaignId).join(' ')

test('after a look at all only those are asked that had some, until somebody says that any may', () => {
  const busy = new BusyCampaigns()
  expect(names(busy.next())).toBe('all')
  busy.found('all', [grantOf('a'), grantOf('b'), grantOf('a')], false)
  const asked = busy.next()
  expect(names(asked)).toBe('a b')
  busy.found(asked, [grantOf('b')], false)
  busy.note([key('c')])
  expect(names(busy.next())).toBe('b c')
  busy.found([key('b'), key('c')], [], false)
  expect(names(busy.next())).toBe('all')
  busy.found('all', [grantOf('a')], false)
  busy.noteAll()
  expect(names(busy.next())).toBe('all')
})

test('while those fill every claim they are asked again, and all others ten times a second', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const busy = new BusyCampaigns()
    busy.found(busy.next(), [grantOf('a')], true)
    const looks: string[] = []
    for (let ms = 0; ms < 3 * limits.lookAtAllMs; ms += 10) {
      vi.advanceTimersByTime(10)
      const asked = busy.next()
      looks.push(names(asked))
      busy.found(asked, [grantOf('a')], true)
    }
    expect(looks.filter((look) => look === 'all')).toHaveLength(3)
    expect(new Set(looks)).toEqual(new Set(['a', 'all']))
    // They are exhausted, and who was not reached is asked without anybody saying so anew.
    busy.found(busy.next(), [], false)
    expect(busy.isUnfinished).toBe(true)
    expect(names(busy.next())).toBe('all')
  } finally {
    vi.useRealTimers()
  }
})

interface Claim {
  asked: Asked
  end(grants: readonly ClaimedGrant[] | Error): void
}

function makeClaiming() {
  const claims: Claim[] = []
  const failures: unknown[] = []
  const claiming = new Claiming({
    claim: (_most, asked) =>
      new Promise((resolve, reject) => {
        claims.push({
          asked,
          end: (said) => (said instanceof Error ? reject(said) : resolve(said)),
        })
      }),
    room: () => 10,
    isRoomy: () => true,
    goesOn: () => true,
    failed: (error) => failures.push(error),
  })
  return { claiming, claims, failures }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('who is named while a claim is under way is asked next', async () => {
  const { claiming, claims } = makeClaiming()
  claiming.wake()
  claiming.wake([key('late')])
  claims[0]?.end([grantOf('a')])
  await settled()
  expect(claims.map(({ asked }) => names(asked))).toEqual(['all', 'late a'])
  claims[1]?.end([])
  await settled()
  expect(claims).toHaveLength(2)
})

test('a campaign alone goes on alone, as long as it fills its half', async () => {
  const { claiming, claims } = makeClaiming()
  claiming.wake()
  for (let n = 0; n < 3; n++) {
    claims[n]?.end(Array.from({ length: 5 }, () => grantOf('alone')))
    await settled()
  }
  claims[3]?.end([grantOf('alone')])
  await settled()
  expect(claims.map(({ asked }) => names(asked))).toEqual(['all', 'alone', 'alone', 'alone'])
})

test('a claim whose answer was lost leaves all to be looked at', async () => {
  const { claiming, claims, failures } = makeClaiming()
  claiming.wake()
  claims[0]?.end([grantOf('a')])
  await settled()
  claiming.wake([key('a')])
  claims[1]?.end(new Error('lost'))
  await settled()
  expect(failures).toHaveLength(1)
  claiming.wake([key('b')])
  expect(claims.map(({ asked }) => names(asked))).toEqual(['all', 'a', 'all'])
})
