// The shapes of answers about channels of notices and what was sent to them.
import { z } from '@hono/zod-openapi'
import { alarmNames } from '../alarms/kinds.ts'
import { channelKinds } from '../notices/channels.ts'
import { outcomes, type OutcomeWord } from '../notices/outcomes.ts'
import { at, id, Named, wordsOf } from './schemas.ts'

const kind = z.enum(channelKinds)
const outcome = z
  .string()
  .openapi({ enum: wordsOf<OutcomeWord>(outcomes), description: 'What came of the last try.' })
const told = z.string().openapi({ description: 'The same in words, and what to do.' })
const answer = z
  .string()
  .nullable()
  .openapi({ description: 'The beginning of what the receiver said, without secrets.' })

export const NoticeChannel = z
  .object({
    id,
    partner: Named.nullable().openapi({ description: 'null: the installation’s.' }),
    name: z.string(),
    kind,
    language: z.enum(['en', 'ru']),
    alarms: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'Kinds of alarms that it takes; null: all.' }),
    enabled: z.boolean(),
    settings: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'Without secrets, and of URLs only the host.' }),
    created_at: at,
    health: z.object({
      failing: z.boolean(),
      failures: z.number().int().openapi({ description: 'In a row.' }),
      problem: outcome.nullable().openapi({ enum: [...wordsOf<OutcomeWord>(outcomes), null] }),
      problem_at: at.nullable(),
      delivered_at: at.nullable().openapi({ description: 'The last notice that arrived.' }),
      told: told.nullable(),
    }),
  })
  .openapi('NoticeChannel')

export const NoticeChannelMade = NoticeChannel.extend({
  secret: z.string().nullable().openapi({
    description: 'What a webhook will be signed with, if it was made here. Shown only now.',
    example: 'whsec_…',
  }),
}).openapi('NoticeChannelMade')

export const NoticeTest = z
  .object({
    id: id.openapi({ description: 'Of the notice.' }),
    delivered: z.boolean(),
    outcome,
    http_status: z.number().int().nullable(),
    answer,
    ms: z.number().int(),
    told,
  })
  .openapi('NoticeTest')

export const Notice = z
  .object({
    id: id.openapi({ description: 'Also its webhook-id: the same for every try.' }),
    partner: Named.nullable(),
    channel: z.object({ id, name: z.string(), kind }),
    test: z.boolean(),
    alarms: z.array(
      z.object({
        happened: z.enum(['opened', 'still', 'over']),
        id,
        kind: z.string().openapi({ enum: [...alarmNames] }),
        subject: z.object({ id: z.string(), name: z.string() }),
        cause: z.string(),
      }),
    ),
    more: z.number().int().openapi({ description: 'Alarms that are not listed.' }),
    left_out: z
      .number()
      .int()
      .openapi({ description: 'Alarms that came and went while nothing more might be sent.' }),
    state: z.enum(['queued', 'sending', 'delivered', 'given_up']),
    created_at: at,
    due_at: at.nullable().openapi({ description: 'When it is tried next.' }),
    settled_at: at.nullable(),
    tries: z.number().int(),
    outcome: outcome.nullable().openapi({ enum: [...wordsOf<OutcomeWord>(outcomes), null] }),
    http_status: z.number().int().nullable(),
    answer,
    told: told.nullable(),
  })
  .openapi('Notice')
