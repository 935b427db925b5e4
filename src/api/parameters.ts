// What can be asked: parameters, checked at the door; an unknown one is a mistake and not ignored.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { limits } from '../limits.ts'
import type { Asking } from './env.ts'
import { attemptKeyAt, keyAt } from './cursors.ts'
import { problem, type Mistake } from './problems.ts'

/** PostgreSQL knows no NUL, and no name of ours holds a control character. */
export const text = z
  .string()
  .min(1)
  .max(limits.filterCharsMax)
  .refine((given) => !/\p{Cc}/u.test(given), 'holds a control character')
const nameOrId = (what: string) =>
  text.optional().openapi({ description: `Name or id of a ${what}.`, example: 'shop' })

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a date (2026-11-23) or a time with its zone (2026-11-23T14:02:00+03:00)',
  })
  .transform((iso) => new Date(iso))
  .optional()

/** Stated for the document by hand: the generator would describe the text, not the number. */
const limit = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(1).max(limits.pageRowsMax))
  .optional()
  .transform((rows) => rows ?? limits.pageRowsDefault)
  .openapi({
    type: 'integer',
    minimum: 1,
    maximum: limits.pageRowsMax,
    default: limits.pageRowsDefault,
  })

const cursorTo = (keyOf: (given: string) => string | undefined) =>
  z
    .string()
    .transform((given, context) => {
      const key = keyOf(given)
      if (key === undefined)
        context.addIssue({ code: 'custom', message: 'must be the `next` of a page' })
      return key
    })
    .optional()
    .openapi({ type: 'string', description: '`next` of the page before.' })

export const page = { limit, cursor: cursorTo(keyAt) }
export const attemptCursor = cursorTo(attemptKeyAt)

export const span = (what: string) => ({
  from: moment.openapi({
    type: 'string',
    format: 'date-time',
    description: `${what} then or later; a time, or a date in UTC.`,
  }),
  to: moment.openapi({ type: 'string', format: 'date-time', description: `${what} before that.` }),
})

export const mentions = {
  partner: nameOrId('partner').openapi({ description: 'Name or id; for tokens that see several.' }),
  source: nameOrId('source'),
  campaign: nameOrId('campaign').openapi({ example: 'spring' }),
  rule: nameOrId('rule').openapi({ example: 'paid' }),
}

export const typeName = text.optional().openapi({ example: 'invoice.paid' })
export const email = text.optional().openapi({ example: 'ivan@example.com' })

/** One word of a closed list. */
export function word<Word extends string>(words: readonly [Word, ...Word[]] | readonly Word[]) {
  return z.enum(words).optional()
}

export const flag = (description: string) =>
  z
    .enum(['true', 'false'])
    .optional()
    .transform((given) => given === 'true')
    .openapi({ type: 'string', enum: ['true', 'false'], description })

/** true, false, or both where it is not given. */
export const choice = (description: string) =>
  z
    .enum(['true', 'false'])
    .optional()
    .transform((given) => (given === undefined ? undefined : given === 'true'))
    .openapi({ type: 'string', enum: ['true', 'false'], description })

export const reveal = flag('Full emails. Needs people:reveal; leaves an audit entry.')

export const lang = z
  .enum(['en', 'ru'])
  .default('en')
  .openapi({ description: 'Language of `told`.' })

export const nothing = z.strictObject({})
export const byId = z.strictObject({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }),
})

/** A body of JSON, which must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

/** Every parameter that does not fit, at once. */
export function refuseUnfit(
  result: { target: string } & ({ success: true } | { success: false; error: z.ZodError }),
  c: Context<Asking>,
) {
  if (result.success) return undefined
  const place = places[result.target] ?? 'query'
  return problem(c, 'invalid_request', {
    errors: result.error.issues.flatMap((issue) => mistakesOf(issue, place)),
  })
}

const places: Readonly<Record<string, Mistake['in']>> = { param: 'path', json: 'body' }

function mistakesOf(issue: z.core.$ZodIssue, place: Mistake['in']): Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: place,
      pointer: pointer([...issue.path, key]),
      detail: 'there is no such parameter',
    }))
  }
  return [{ in: place, pointer: pointer(issue.path), detail: issue.message }]
}

/** RFC 6901, and never longer than a mistake may be. */
const pointer = (path: readonly PropertyKey[]): string =>
  path
    .map(
      (key) =>
        `/${String(key).slice(0, limits.filterCharsMax).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    )
    .join('')
