import { describe, expect, test } from 'vitest'
import { climb, retryDelayMs, type Ladder } from '../../src/notices/ladder.ts'

const hour = 3_600_000
const began = 1_796_000_000_000

/** Every moment at which one cause is told, each as soon as it is due. */
function told(): number[] {
  const moments: number[] = []
  let ladder: Ladder = { rung: 0, beganAt: null }
  for (let now: number | null = began; now !== null && moments.length < 100;) {
    moments.push((now - began) / hour)
    const step = climb(ladder, now)
    ladder = step
    now = step.dueAt
  }
  return moments
}

describe('a cause', () => {
  test('is told at once, after 1, 6 and 24 hours, then daily until the seventh day', () => {
    expect(told()).toEqual([0, 1, 6, 24, 48, 72, 96, 120, 144, 168])
  })

  test('is not told over again for what was missed', () => {
    const step = climb({ rung: 1, beganAt: began }, began + 30 * hour)
    expect(step).toEqual({ rung: 4, beganAt: began, dueAt: began + 48 * hour })
    expect(climb({ rung: 1, beganAt: began }, began + 200 * hour).dueAt).toBeNull()
  })
})

describe('a notice that does not arrive', () => {
  const delay = (retries: number, ageMs = 0, afterMs?: number, random = 0) =>
    retryDelayMs({ retries, ageMs, afterMs, random })

  test('is tried again after 10 s, 1 min, 5 min, then every 15 min', () => {
    expect([1, 2, 3, 4, 20].map((retries) => delay(retries))).toEqual([
      10_000, 60_000, 300_000, 900_000, 900_000,
    ])
  })
  test('later where the receiver says so, an hour at most; chance only adds', () => {
    expect(delay(1, 0, 45_000)).toBe(45_000)
    expect(delay(4, 0, 1000)).toBe(900_000)
    expect(delay(1, 0, 1e12)).toBe(hour)
    expect(delay(1, 0, undefined, 0.99)).toBeGreaterThan(10_000)
    expect(delay(1, 0, undefined, 0.99)).toBeLessThanOrEqual(12_000)
  })
  test('is given up after six hours', () => {
    expect(delay(5, 5.75 * hour)).toBe(900_000)
    expect(delay(5, 5.75 * hour + 1)).toBeNull()
  })
})
