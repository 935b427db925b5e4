// What can go wrong with a question, as RFC 9457 tells it. `code` is stable: programs may rely on it.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Asking } from './env.ts'

export const problems = {
  unauthorized: {
    status: 401,
    title: 'The token is missing or not valid',
    hint: 'Send “Authorization: Bearer mrl_…”; `moab-relay token create` makes one.',
  },
  forbidden: {
    status: 403,
    title: 'The token may not do this',
    hint: 'Make a token with the scope named in `detail`.',
  },
  not_found: {
    status: 404,
    title: 'There is no such thing',
    hint: 'A token of a partner sees this partner only; /api/docs lists what there is.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This method is not for this address',
    hint: 'Use one of those in the header Allow.',
  },
  conflict: {
    status: 409,
    title: 'As things stand, this cannot be done',
    hint: '`detail` says what stands against it.',
  },
  invalid_request: {
    status: 422,
    title: 'The question cannot be understood',
    hint: '`errors` says where; /api/docs lists what can be asked.',
  },
  not_json: {
    status: 415,
    title: 'The body is not JSON',
    hint: 'Send it with “Content-Type: application/json”.',
  },
  too_large: {
    status: 413,
    title: 'The request is too large',
    hint: 'Send it in several parts.',
  },
  too_slow: {
    status: 503,
    title: 'The question takes too long',
    hint: 'Ask about a shorter time with `from` and `to`, or fewer rows with `limit`.',
  },
  busy: {
    status: 503,
    title: 'Too many exports are under way',
    hint: 'Come again when one has ended; Retry-After says when to look.',
  },
} as const satisfies Record<string, { status: number; title: string; hint: string }>
export type ProblemCode = keyof typeof problems

const Mistake = z.object({
  in: z.enum(['query', 'path', 'body']).openapi({ description: 'Where the mistake is.' }),
  pointer: z.string().openapi({ description: 'JSON Pointer to it.', example: '/limit' }),
  detail: z.string(),
})
export type Mistake = z.output<typeof Mistake>

export const Problem = z
  .object({
    type: z.string().openapi({ example: '/api/problems/not_found' }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ enum: Object.keys(problems) }),
    detail: z.string().optional(),
    hint: z.string(),
    request_id: z.string(),
    errors: z.array(Mistake).optional(),
  })
  .openapi('Problem')

interface Particulars {
  detail?: string
  /** Methods, for the header. */
  allow?: string
  errors?: Mistake[]
}

const mediaType = 'application/problem+json'

export function problem<Code extends ProblemCode>(
  c: Context<Asking>,
  code: Code,
  { allow, ...particulars }: Particulars = {},
) {
  const row: (typeof problems)[Code] = problems[code]
  const status: (typeof problems)[Code]['status'] = row.status
  const body: z.output<typeof Problem> = {
    type: `/api/problems/${code}`,
    title: row.title,
    status,
    code,
    ...particulars,
    hint: row.hint,
    request_id: c.get('requestId'),
  }
  return c.json(body, status, {
    'Content-Type': mediaType,
    ...headersOf[code],
    ...(allow !== undefined && { Allow: allow }),
  })
}

const headersOf: Record<ProblemCode, Record<string, string>> = {
  unauthorized: { 'WWW-Authenticate': 'Bearer realm="moab-relay"' },
  forbidden: {},
  not_found: {},
  method_not_allowed: {},
  conflict: {},
  invalid_request: {},
  not_json: {},
  // The rest of it is not read.
  too_large: { Connection: 'close' },
  too_slow: { 'Retry-After': '5' },
  busy: { 'Retry-After': '30' },
}

/** For the description of a route: the problems it may answer with. */
export const refused = {
  401: described('unauthorized'),
  403: described('forbidden'),
  422: described('invalid_request'),
  503: described('too_slow'),
}
export const inConflict = { 409: described('conflict') }
export const tooLarge = { 413: described('too_large') }
export const refusedOne = { ...refused, 404: described('not_found') }

function described(code: ProblemCode) {
  return { description: problems[code].title, content: { [mediaType]: { schema: Problem } } }
}
