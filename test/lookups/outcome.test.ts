import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { decide, lookupOutcomes, type LookupOutcome } from '../../src/lookups/outcome.ts'

const fresh = { retries: 0, absences: 0 }
const outcomes = Object.keys(lookupOutcomes).filter((word): word is LookupOutcome =>
  Object.hasOwn(lookupOutcomes, word),
)

const table: Record<LookupOutcome, [string, string, string]> = {
  confirmed: ['ended', 'planned', 'healthy'],
  not_confirmed: ['ended', 'not_confirmed', 'healthy'],
  not_found: ['waiting', 'lookup', 'healthy'],
  refused: ['held', 'lookup_credentials', 'hold'],
  no_credential: ['held', 'lookup_credentials', 'hold'],
  busy: ['waiting', 'lookup', 'failure'],
  provider_error: ['waiting', 'lookup', 'failure'],
  unexpected: ['waiting', 'lookup', 'failure'],
  unreadable: ['waiting', 'lookup', 'failure'],
  timeout: ['waiting', 'lookup', 'failure'],
  unreachable: ['waiting', 'lookup', 'failure'],
  impossible: ['stranded', 'lookup_impossible', 'none'],
  body_gone: ['ended', 'body_gone', 'none'],
}

describe('what follows from an outcome', () => {
  test.each(outcomes)('%s', (outcome) => {
    const { lookup, event, health, delayMs } = decide(outcome, fresh, 0)
    const said = 'reason' in event ? event.reason : event.state
    expect([lookup, said, health]).toEqual(table[outcome])
    expect(delayMs === null).toBe(lookup !== 'waiting')
  })

  test.each(outcomes.filter((outcome) => outcome !== 'confirmed'))(
    '%s, however often, never lets the rules decide',
    (outcome) => {
      for (let retries = 0; retries < 20; retries++)
        for (let absences = 0; absences < 20; absences++)
          expect(decide(outcome, { retries, absences }, 0).event.state).not.toBe('planned')
    },
  )

  test('silence for 72 hours needs a person; an absence is believed after some tries, whatever failed before', () => {
    expect(decide('timeout', { retries: 14, absences: 0 }, 0)).toMatchObject({
      lookup: 'stranded',
      event: { state: 'parked', reason: 'lookup_exhausted' },
    })
    const absences = limits.lookupAbsencesMax - 1
    expect(decide('not_found', { retries: 14, absences: 0 }, 0).lookup).toBe('waiting')
    expect(decide('not_found', { retries: 0, absences: absences - 1 }, 0).lookup).toBe('waiting')
    expect(decide('not_found', { retries: 0, absences }, 0)).toMatchObject({
      lookup: 'ended',
      event: { state: 'unmatched', reason: 'not_found' },
    })
  })
})
