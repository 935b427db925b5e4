import { expect, test } from 'vitest'
import { isUuid, uuidv7 } from '../src/ids.ts'

const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

test('ids are of version 7 and the variant of RFC 9562, and hold their millisecond', () => {
  const now = Date.now() + 10_000
  const id = uuidv7(now)
  expect(isUuid(id)).toBe(true)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(timeOf(id)).toBe(now)
})

test('they sort as they were made, also many in one millisecond and while the clock goes back', () => {
  const now = Date.now() + 20_000
  const ids = Array.from({ length: 20_000 }, (_, n) => uuidv7(now - (n % 7)))
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('all random bits are', () => {
  const ids = Array.from({ length: 2000 }, () => uuidv7())
  const tails = ids.map((id) => id.slice(19).replace('-', ''))
  for (let at = 0; at < 16; at++) {
    const seen = new Set(tails.map((tail) => tail[at]))
    expect(seen.size, `digit ${at}`).toBe(at === 0 ? 4 : 16)
  }
})
