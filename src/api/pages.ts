// The answer to a question for a page.
import type { Context } from 'hono'
import type { Unknown } from '../ledger/asking.ts'
import type { Asking } from './env.ts'
import { cursorOf } from './parameters.ts'
import { problem } from './problems.ts'

interface Listed<Item> {
  items: Item[]
  next: string | null
}

const mentionsNobody = (c: Context<Asking>, { unknown }: Unknown) =>
  problem(c, 'invalid_request', {
    errors: [{ in: 'query', pointer: `/${unknown}`, detail: `there is no such ${unknown}` }],
  })

/** A page, or which of the names that the question mentions is nobody's. */
export function answerPage<Item extends object>(c: Context<Asking>, found: Listed<Item> | Unknown) {
  if ('unknown' in found) return mentionsNobody(c, found)
  const { items, next } = found
  return c.json({ items, next: next === null ? null : cursorOf(next) }, 200)
}
