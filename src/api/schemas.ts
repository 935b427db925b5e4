// The shapes of answers, as the OpenAPI document shows them. Handlers that answer anything else do
// not compile.
import { z } from '@hono/zod-openapi'
import { alarmNames } from '../alarms/kinds.ts'
import { eventStates } from '../db/schema.ts'
import { grantStates } from '../grants/lifecycle.ts'
import { fateWords, type FateWord } from '../ledger/words.ts'
import { answers, type AnswerClass } from '../moab/answer.ts'
import { emailOutcomes, ruleOutcomes, type EmailOutcome, type RuleOutcome } from '../rules/trace.ts'
import { trusts } from '../schemes/scheme.ts'

export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): Word[] {
  return Object.keys(table).filter((word): word is Word => Object.hasOwn(table, word))
}

export const id = z.uuid()
export const at = z.iso.datetime()
export const Named = z.object({ id, name: z.string() })
export const Source = z.object({ id, name: z.string(), provider: z.string() })
export const mode = z.enum(['live', 'sandbox'])
const Trust = z.string().openapi({ enum: [...trusts] })
const email = z.string().nullable().openapi({
  description: 'Masked, unless revealed; null once the person was erased.',
  example: 'i***@example.com',
})
const answer = z.enum(wordsOf<AnswerClass>(answers))

const Attempt = z
  .object({
    attempt: z.number().int(),
    at,
    ms: z.number().int().nullable(),
    http_status: z.number().int().nullable(),
    answer: answer.openapi({ description: 'What MOAB said, in a word.' }),
    code: z.number().int().nullable().openapi({ description: 'The number MOAB sent.' }),
    failure: z.string().nullable().openapi({ description: 'Why there is no answer.' }),
    ambiguous: z
      .boolean()
      .openapi({ description: 'The call may have reached MOAB although no answer came.' }),
    late: z
      .boolean()
      .openapi({ description: 'The result came when the grant was no longer this attempt’s.' }),
    snippet: z.string().nullable().openapi({ description: 'The beginning of the answer, masked.' }),
    node: id,
  })
  .openapi('Attempt')

export const ListedAttempt = Attempt.extend({
  id: z.string().openapi({ description: 'The grant, the number of the call, the relay.' }),
  partner: Named,
  campaign: Named,
  grant_id: id,
}).openapi('ListedAttempt')

export const Grant = z
  .object({
    id,
    partner: Named,
    campaign: Named,
    mode,
    source: Source.nullable(),
    rule: Named.nullable(),
    event_id: id.nullable(),
    import_id: id
      .nullable()
      .openapi({ description: 'The job that brought it from a list, where no event did.' }),
    email,
    state: z.enum(grantStates),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Why it is held, refused or needs attention.' }),
    answer: answer.nullable().openapi({ description: 'What MOAB said last.' }),
    created_at: at,
    due_at: at.nullable(),
    settled_at: at.nullable(),
    calls: z.number().int().openapi({ description: 'How often MOAB was called.' }),
    ambiguous: z.boolean(),
  })
  .openapi('Grant')

export const GrantInFull = Grant.extend({ attempts: z.array(Attempt) }).openapi('GrantInFull')

export const Event = z
  .object({
    id,
    partner: Named,
    source: Source,
    key: z.string().openapi({ description: 'Unique within its source.' }),
    type: z.string(),
    received_at: at,
    occurred_at: at.nullable(),
    state: z.enum(eventStates).openapi({ description: 'What the rules made of it.' }),
    reason: z.string().openapi({ description: 'How far the rule that came furthest came.' }),
    trust: Trust,
    copies: z.number().int().openapi({ description: 'How often it was delivered.' }),
    email,
    fate: z.enum(wordsOf<FateWord>(fateWords)).openapi({ description: 'What became of it.' }),
    fate_reason: z.string().nullable(),
    grant_ids: z.array(id),
  })
  .openapi('Event')

export const RuleTrace = z
  .object({
    rule: z.string(),
    name: z.string(),
    outcome: z.enum(wordsOf<RuleOutcome>(ruleOutcomes)),
    clauses: z.array(
      z.object({
        path: z.string(),
        op: z.string(),
        value: z.unknown(),
        was: z.string().nullable(),
        holds: z.boolean().nullable(),
        undecided: z.string().optional(),
      }),
    ),
    email: z.array(
      z.object({
        path: z.string(),
        at: z.string().optional(),
        reason: z.enum(wordsOf<EmailOutcome>(emailOutcomes)),
        trust: Trust.optional(),
      }),
    ),
  })
  .openapi('RuleTrace')

const Headers = z
  .record(z.string(), z.array(z.string()))
  .openapi({ description: 'As received; secrets left out.' })
export const Told = z.array(z.string()).openapi({ description: 'In plain words; times in UTC.' })

export const Replay = z
  .object({
    id,
    partner: Named,
    event_id: id,
    at,
    by: z.string().openapi({ description: 'Who asked for it.', example: 'token:019c…' }),
    job_id: id.nullable().openapi({ description: 'The job it was part of.' }),
    state: z.string().openapi({ description: 'What the rules of that moment made of the event.' }),
    reason: z.string(),
    made: z.array(id).openapi({ description: 'Grants that were not there before.' }),
    matches: z.array(
      z.object({
        rule_id: z.string(),
        campaign_id: z.string(),
        email_path: z.string(),
        email_trust: Trust,
      }),
    ),
  })
  .openapi('Replay')

export const EventInFull = Event.extend({
  credential_id: id.nullable().openapi({ description: 'The credential that proved it.' }),
  part: z.number().int().openapi({ description: 'Which part of the request, from 0.' }),
  request: z
    .object({ method: z.string(), headers: Headers, body_bytes: z.number().int() })
    .nullable()
    .openapi({ description: 'null once the body was dropped.' }),
  matches: z.array(
    z.object({
      rule_id: z.string(),
      campaign_id: z.string(),
      email_path: z.string().openapi({ description: 'Where the email stood.' }),
      email_trust: Trust,
      caused: z
        .boolean()
        .openapi({ description: 'false: an earlier event had asked for the same grant.' }),
      grant_id: id.nullable(),
    }),
  ),
  grants: z.array(GrantInFull),
  replays: z
    .array(Replay)
    .openapi({ description: 'What later rules made of it, when somebody asked.' }),
  lookups: z
    .array(
      z.object({
        attempt: z.number().int(),
        at,
        ms: z.number().int().nullable(),
        http_status: z.number().int().nullable(),
        outcome: z.string(),
        node: id,
      }),
    )
    .openapi({ description: 'How often its provider was asked, and what came of it.' }),
  trace: z.array(RuleTrace),
  told: Told,
}).openapi('EventInFull')

export const Person = z
  .object({
    email,
    events: z.array(Event),
    grants: z.array(GrantInFull),
    told: Told,
    cut: z.boolean().openapi({ description: 'There is more than is told.' }),
  })
  .openapi('Person')

export const Rejection = z
  .object({
    id,
    partner: Named,
    source: Source,
    at,
    reason: z.string(),
    hint: z.string(),
    method: z.string(),
    body_bytes: z.number().int(),
    ip: z.string().nullable(),
  })
  .openapi('Rejection')

export const RejectionInFull = Rejection.extend({ headers: Headers }).openapi('RejectionInFull')

export const Alarm = z
  .object({
    id,
    partner: Named.nullable().openapi({ description: 'null: the installation’s.' }),
    kind: z.string().openapi({ enum: [...alarmNames] }),
    subject: z
      .object({ id: z.string(), name: z.string() })
      .openapi({ description: 'The campaign, the source or the machine.' }),
    cause: z.string(),
    detail: z.record(z.string(), z.number()).openapi({ description: 'Figures of the last look.' }),
    opened_at: at,
    seen_at: at.openapi({ description: 'When it was last found to hold.' }),
    closed_at: at.nullable(),
    told: z.string().openapi({ description: 'What is the matter, and what to do.' }),
  })
  .openapi('Alarm')

export const Stats = z
  .object({
    items: z.array(
      z.object({
        at: at.openapi({ description: 'When the hour, day or month begins.' }),
        group: z.string().nullable().openapi({
          description: 'The id of a source or campaign, or a state or reason; null: none.',
        }),
        name: z.string().nullable().openapi({ description: 'Of the source or campaign.' }),
        count: z.number().int(),
      }),
    ),
    complete: z
      .boolean()
      .openapi({ description: 'false: older hours are being counted for the first time.' }),
    next: z.null(),
  })
  .openapi('Stats')

export const Link = z
  .object({
    email: z.string().openapi({ description: 'In its normal form.', example: 'ivan@example.com' }),
    url: z.string().openapi({ description: 'Good for one click that counts; keep it private.' }),
  })
  .openapi('Link')

/** A page; `next` is the cursor of the one after it. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next })
}

const next = z.string().nullable().openapi({
  description:
    'Go on with it as `cursor` until it is null. Where filters fit few rows, a page may hold fewer than asked for, or none, and still have a next one.',
})

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}
