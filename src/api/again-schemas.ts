// The shapes of retries and replays.
import { z } from '@hono/zod-openapi'
import { grantStates } from '../grants/lifecycle.ts'
import { at, id, Named, Replay, RuleTrace } from './schemas.ts'

export const Retry = z
  .object({
    id,
    partner: Named,
    grant_id: id,
    at,
    by: z.string().openapi({ description: 'Who asked for it.', example: 'token:019c…' }),
    job_id: id.nullable().openapi({ description: 'The job it was part of.' }),
    did: z.enum(['due', 'probe']).openapi({
      description:
        'due: it stands in the queue. probe: its campaign holds, and one bonus asks MOAB at once.',
    }),
    before: z.object({
      state: z.string().openapi({ enum: [...grantStates] }),
      reason: z.string().nullable(),
      answer: z.string().nullable(),
      calls: z.number().int(),
    }),
  })
  .openapi('Retry')

export const ReplayInFull = Replay.extend({
  trace: z.array(RuleTrace),
  told: z.array(z.string()),
}).openapi('ReplayInFull')
