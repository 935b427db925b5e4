// The shapes of plans, jobs and their items, and what is asked for to make them.
import { z } from '@hono/zod-openapi'
import { retryStates } from '../db/jobs/plans.ts'
import { jobKinds } from '../db/jobs/schema.ts'
import { eventStates } from '../db/schema.ts'
import * as parameters from './parameters.ts'
import { at, id, Named } from './schemas.ts'

const { from, to } = parameters.span('Made, or received,')
const partner = parameters.mentions.partner

export const PlanWanted = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('retry'),
      partner,
      state: z.enum(retryStates).openapi({
        description: 'Of the grants. Those that MOAB refused are retried only where it says so.',
      }),
      campaign: parameters.mentions.campaign,
      reason: parameters.text.optional().openapi({ example: 'no_answer' }),
      from,
      to,
    }),
    z.strictObject({
      kind: z.literal('replay'),
      partner,
      source: parameters.text.openapi({ description: 'Name or id.', example: 'shop' }),
      type: parameters.typeName,
      state: z.enum(eventStates.filter((state) => state !== 'parked')).optional(),
      from,
      to,
    }),
  ])
  .openapi('PlanWanted')

export const Job = z
  .object({
    id,
    partner: Named,
    kind: z.enum(jobKinds),
    state: z.enum(['planned', 'expired', 'running', 'done', 'cancelled']),
    wanted: z.record(z.string(), z.string()).openapi({ description: 'What it is about.' }),
    found: z.record(z.string(), z.unknown()).openapi({
      description: 'When it was planned: counts, three masked examples, mistakes of a list.',
    }),
    fingerprint: z.string().openapi({ description: 'Of what it would do; confirm with it.' }),
    planned_by: z.string(),
    planned_at: at,
    expires_at: at,
    confirmed_by: z.string().nullable(),
    confirmed_at: at.nullable(),
    cancelled_by: z.string().nullable(),
    ended_at: at.nullable(),
    progress: z.object({
      items: z.number().int(),
      waiting: z.number().int(),
      done: z.number().int(),
      skipped: z.number().int(),
      failed: z.number().int(),
    }),
  })
  .openapi('Job')

export const JobInFull = Job.extend({
  made: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'How many bonuses a replay that has ended made; else null.' }),
  left: z
    .record(z.string(), z.number().int())
    .openapi({ description: 'Items that were skipped or failed, by reason.' }),
}).openapi('JobInFull')

export const JobItem = z
  .object({
    n: z.number().int(),
    original_id: id.nullable().openapi({ description: 'The grant or event it is about.' }),
    line: z.number().int().nullable().openapi({ description: 'Of a list.' }),
    state: z.enum(['waiting', 'done', 'skipped', 'failed']),
    reason: z.string().nullable(),
    result_id: id
      .nullable()
      .openapi({ description: 'The retry or replay; of a list the grant that was made.' }),
  })
  .openapi('JobItem')

export const itemStates = JobItem.shape.state.options
