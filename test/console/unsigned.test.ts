import { expect, test } from 'vitest'
import { isUnsignedNow, type Sight } from '../../src/console/pages/rules/sight.ts'
import { emptyDraft } from '../../src/console/pages/rules/draft.ts'
import type { Trust } from '../../src/schemes/scheme.ts'

const event = (trust: Trust, regions: { path: string; trust: Trust }[] = []) => ({
  key: 'k',
  type: 't',
  occurredAt: null,
  test: false,
  part: 0,
  value: { data: { email: 'not one', other: 'anna@example.com' } },
  unreadable: null,
  trust,
  regions,
})
const sight = (shown: ReturnType<typeof event>): Sight =>
  ({ shown: { id: null, event: shown } }) as unknown as Sight
const draft = { ...emptyDraft, email: ['$.data.email', 'no path', '$.data.other'] }

test('whoever writes a rule is told where the email that it takes is not proven', () => {
  const outside = [{ path: "$['data']['other']", trust: 'unsigned' as const }]
  expect(isUnsignedNow(draft, sight(event('signed', outside)))).toBe(true)
  expect(isUnsignedNow(draft, sight(event('signed')))).toBe(false)
  expect(isUnsignedNow(draft, sight(event('unsigned')))).toBe(true)
  expect(isUnsignedNow({ ...draft, email: ['$.data.email'] }, sight(event('unsigned')))).toBe(false)
})
