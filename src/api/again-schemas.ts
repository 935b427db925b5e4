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

export const Example = z
  .object({
    event_id: id,
    received_at: at,
    type: z.string(),
    email: z.string().nullable().openapi({ description: 'Masked.', example: 'i***@example.com' }),
    outcome: z.string().openapi({ description: 'How far the rule came.' }),
  })
  .openapi('Example')

const examples = z.array(Example).openapi({ description: 'The newest three.' })
const Counted = z.object({ events: z.number().int(), examples })

export const DryRun = z
  .object({
    considered: z.number().int().openapi({ description: 'Events looked at, newest first.' }),
    complete: z.boolean().openapi({ description: 'These were all of the span.' }),
    reached: at.nullable().openapi({ description: 'When the oldest of them came in.' }),
    matched: Counted,
    emails: z.number().int().openapi({ description: 'Different people that come out.' }),
    already_granted: z
      .object({ emails: z.number().int(), examples })
      .openapi({ description: 'Of these people, those who have a grant in the campaign.' }),
    newly_matched: Counted.openapi({ description: 'The rule as it is did not match these.' }),
    no_longer_matched: Counted.openapi({ description: 'The rule as it is had matched these.' }),
    tests: z.number().int().openapi({ description: 'A provider’s test events, never sent.' }),
    unable: z
      .record(z.string(), z.number().int())
      .openapi({ description: 'Events that cannot be considered again, by reason.' }),
  })
  .openapi('DryRun')

export const ReplayInFull = Replay.extend({
  trace: z.array(RuleTrace),
  told: z.array(z.string()),
}).openapi('ReplayInFull')
