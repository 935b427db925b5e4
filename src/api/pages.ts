// The answer to a question for a page.
import type { Context } from 'hono'
import type { Unknown } from '../ledger/asking.ts'
import type { Asking } from './env.ts'
import { cursorOf } from './cursors.ts'
import { problem } from './problems.ts'

interface Listed<Item> {
  items: Item[]
  next: string | null
}

type Mistaken = Unknown | { unusable: 'email' }

/** Which of the names that a question mentions is nobody's, or what is no address. */
export const isMistaken = (found: object): found is Mistaken =>
  'unknown' in found || 'unusable' in found

export function refuseMistaken(c: Context<Asking>, found: Mistaken) {
  const [pointer, detail] =
    'unknown' in found
      ? [`/${found.unknown}`, `there is no such ${found.unknown}`]
      : [`/${found.unusable}`, 'is not an address']
  return problem(c, 'invalid_request', { errors: [{ in: 'query', pointer, detail }] })
}

/** A page, or what is wrong with the question. */
export function answerPage<Item extends object>(
  c: Context<Asking>,
  found: Listed<Item> | Mistaken,
  cursorTo: (key: string) => string = cursorOf,
) {
  if (isMistaken(found)) return refuseMistaken(c, found)
  const { items, next } = found
  return c.json({ items, next: next === null ? null : cursorTo(next) }, 200)
}
