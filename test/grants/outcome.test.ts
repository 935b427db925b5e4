import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lifecycle, grantStates, stateWords } from '../../src/grants/lifecycle.ts'
import { decide, effects } from '../../src/grants/outcome.ts'
import { retryDelayMs } from '../../src/grants/schedule.ts'
import { answers, type Answer, type AnswerClass } from '../../src/moab/answer.ts'

const answer = (cls: AnswerClass, ambiguous = false): Answer => ({
  class: cls,
  code: answers[cls].code,
  failure: null,
  ambiguous,
  httpStatus: 200,
  snippet: null,
})
const calm = { retries: 0, ambiguous: false }

describe('what an answer means, row by row of the contract', () => {
  const table: Record<AnswerClass, { state: string; reason: string | null; health: string }> = {
    ok: { state: 'granted', reason: null, health: 'healthy' },
    no_data: { state: 'queued', reason: null, health: 'none' },
    no_api_key: { state: 'held', reason: 'credentials', health: 'hold' },
    api_key_malformed: { state: 'held', reason: 'credentials', health: 'hold' },
    no_email: { state: 'attention', reason: 'request_damaged', health: 'none' },
    wrong_email: { state: 'refused', reason: 'wrong_email', health: 'healthy' },
    partner_not_found: { state: 'held', reason: 'credentials', health: 'hold' },
    not_started: { state: 'held', reason: 'not_started', health: 'hold' },
    ended: { state: 'held', reason: 'ended', health: 'hold' },
    limit_reached: { state: 'held', reason: 'limit_reached', health: 'hold' },
    known: { state: 'already_known', reason: null, health: 'healthy' },
    moab_error: { state: 'queued', reason: null, health: 'failure' },
    unknown: { state: 'queued', reason: null, health: 'none' },
    no_answer: { state: 'queued', reason: null, health: 'failure' },
  }
  test.each(Object.keys(effects) as AnswerClass[])('%s', (cls) => {
    const decision = decide(answer(cls), calm, 0)
    const { state, reason, health } = table[cls]
    expect(decision).toMatchObject({ state, reason, health: { kind: health } })
    expect(decision.delayMs === null).toBe(state !== 'queued')
  })

  test('code 10 after a call whose answer was lost is our own grant, confirmed', () => {
    expect(decide(answer('known'), { retries: 1, ambiguous: true }, 0).state).toBe('granted')
  })

  test('a call that may have reached MOAB stays known as such', () => {
    const after = decide(answer('no_answer', true), calm, 0)
    expect(after.ambiguous).toBe(true)
    expect(decide(answer('moab_error'), after, 0).ambiguous).toBe(true)
  })

  test('unknown answers and damaged requests are tried a few times, then a person looks', () => {
    for (const cls of ['unknown', 'no_data'] as const) {
      expect(decide(answer(cls), { retries: 1, ambiguous: false }, 0).state).toBe('queued')
      expect(decide(answer(cls), { retries: 2, ambiguous: false }, 0).state).toBe('attention')
    }
  })

  test('silence is borne for 72 hours, then a person looks', () => {
    let now = 0
    let before = calm
    for (let calls = 0; calls < 100; calls++) {
      const decision = decide(answer('no_answer'), before, 0)
      if (decision.state === 'attention') {
        expect(now).toBeGreaterThan(60 * 3_600_000)
        expect(now).toBeLessThanOrEqual(72 * 3_600_000)
        expect(decision.reason).toBe('no_answer')
        return
      }
      now += decision.delayMs ?? 0
      before = decision
    }
    expect.unreachable()
  })
})

describe('the schedule', () => {
  test('begins 5 s, 30 s, 2 m, 10 m, 30 m, 1 h, 2 h, 4 h, 8 h, then every 12 h', () => {
    const seconds = Array.from({ length: 12 }, (_, n) => (retryDelayMs(n + 1, 0) ?? 0) / 1000)
    expect(seconds).toEqual([
      5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 43_200, 43_200,
    ])
  })

  test('chance only adds, and at most a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, random) => {
          const base = retryDelayMs(n, 0)
          const spread = retryDelayMs(n, random)
          if (base === null || spread === null) return base === spread
          return spread >= base && spread <= base * 1.1
        },
      ),
    )
  })
})

describe('the lifecycle', () => {
  test('every move leads to a state of the table, and final states have none but a person’s', () => {
    for (const state of grantStates) {
      for (const next of Object.values(lifecycle[state])) expect(grantStates).toContain(next)
    }
    for (const final of ['granted', 'already_known', 'suppressed', 'test'] as const) {
      expect(lifecycle[final]).toEqual({})
    }
    expect(lifecycle.refused).toEqual({ insist: 'queued' })
  })

  test('every state has words in both languages', () => {
    for (const state of grantStates) {
      expect(stateWords[state].en).not.toBe('')
      expect(stateWords[state].ru).toMatch(/[а-я]/)
    }
  })
})
