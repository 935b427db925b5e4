// The database's clock as it is known here: never further off than the best answer allows.
import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { DatabaseClock } from '../../src/grants/database-clock.ts'

const wallMs = 1_700_000_000_000

test('a moment comes when it comes, give or take half of the quickest answer', () => {
  const answer = fc.record({
    pauseMs: fc.integer({ min: 0, max: 5000 }),
    thereMs: fc.integer({ min: 0, max: 400 }),
    backMs: fc.integer({ min: 0, max: 400 }),
  })
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1 }), (answers) => {
      const clock = new DatabaseClock()
      let now = 10_000
      let quickest = Infinity
      for (const { pauseMs, thereMs, backMs } of answers) {
        const asked = (now += pauseMs)
        now += thereMs + backMs
        clock.heard(wallMs + asked + thereMs, asked, now)
        quickest = Math.min(quickest, thereMs + backMs)
      }
      // What drift was allowed for since the quickest one may have let a slower one in.
      const off = Math.abs(clock.here(wallMs + 50_000) - 50_000)
      expect(off).toBeLessThanOrEqual(quickest / 2 + (now - 10_000) * 2e-4 + 1e-6)
    }),
  )
})

test('another clock, as after a failover, is believed at once', () => {
  const clock = new DatabaseClock()
  clock.heard(wallMs, 0, 2)
  clock.heard(wallMs + 60_000 + 1000, 1000, 1100)
  expect(Math.abs(clock.here(wallMs + 60_000 + 5000) - 5000)).toBeLessThanOrEqual(50)
})

test('a clock that goes faster is followed', () => {
  const clock = new DatabaseClock()
  for (let now = 0; now <= 3_600_000; now += 1000) clock.heard(wallMs + now * 1.0001, now, now + 4)
  const inMs = clock.here(wallMs + 3_601_000 * 1.0001) - 3_601_000
  expect(Math.abs(inMs)).toBeLessThanOrEqual(10)
})

test('how long an answer is under way is known from the slowest of the last ones', () => {
  const clock = new DatabaseClock()
  expect(clock.wayMs).toBe(0)
  clock.heard(wallMs + 2, 0, 4)
  clock.heard(wallMs + 1002, 1000, 1300)
  expect(clock.wayMs).toBeCloseTo(298)
  for (let now = 2000; now < 30_000; now += 1000) clock.heard(wallMs + now + 2, now, now + 4)
  expect(clock.wayMs).toBeLessThan(20)
})
