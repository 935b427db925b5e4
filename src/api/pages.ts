// The answer to a question for a page.
import type { Context } from 'hono'
import type { Unknown } from '../ledger/asking.ts'
import type { Asking } from './env.ts'
import { cursorOf } from './parameters.ts'
import { problem } from './problems.ts'

export function pageAnswer<Item>({ items, next }: { items: Item[]; next: string | null }) {
  return { items, next: next === null ? null : cursorOf(next) }
}

export const unknownName = (c: Context<Asking>, { unknown }: Unknown) =>
  problem(c, 'invalid_request', {
    errors: [{ in: 'query', pointer: `/${unknown}`, detail: `there is no such ${unknown}` }],
  })
