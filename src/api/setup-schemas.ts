// The shapes of answers about what is set up, and what a change came to.
import { z } from '@hono/zod-openapi'
import { actions } from '../partners/changes.ts'
import { at, id, mode, Named, Source } from './schemas.ts'

export const Campaign = z
  .object({
    id,
    partner: Named,
    name: z.string(),
    mode,
    url: z.string().nullable().openapi({ description: 'null: where the relay sends to.' }),
    has_api_key: z.boolean().openapi({ description: 'Whether one is stored; it is never shown.' }),
    starts_at: at.nullable(),
    ends_at: at.nullable(),
    per_second: z.number().nullable(),
    enabled: z.boolean(),
    archived_at: at.nullable(),
    created_at: at,
    health: z.object({
      state: z.enum(['healthy', 'holding', 'unreachable', 'stopped']),
      reason: z.string().nullable(),
      since: at,
      probe_at: at.nullable().openapi({ description: 'When one bonus is let through to see.' }),
    }),
  })
  .openapi('Campaign')

const Credential = z
  .object({
    id,
    name: z.string(),
    state: z.enum(['valid', 'ending', 'ended']).openapi({
      description: 'By the clock of the database: without an end, with one to come, or over.',
    }),
    valid_until: at.nullable(),
    last_used_at: at.nullable().openapi({
      description: 'The last request it proved, to the minute.',
    }),
    created_at: at,
  })
  .openapi('Credential')

export const CredentialInFull = Credential.extend({ partner: Named, source: Source }).openapi(
  'CredentialInFull',
)

export const SourceInFull = Source.extend({
  partner: Named,
  settings: z.record(z.string(), z.string()),
  enabled: z.boolean(),
  archived_at: at.nullable(),
  created_at: at,
  last_event_at: at.nullable().openapi({ description: 'When the newest of its events came in.' }),
  credentials: z.array(Credential),
}).openapi('SourceInFull')

export const SourceUrl = z.object({ url: z.string() }).openapi('SourceUrl')

export const Rule = z
  .object({
    id,
    partner: Named,
    source: Source,
    campaign: Named,
    position: z.number().int(),
    name: z.string(),
    enabled: z.boolean(),
    definition: z.record(z.string(), z.unknown()).openapi({
      description: 'As in the config file: events, when, email, unsigned_email.',
    }),
    archived_at: at.nullable(),
    created_at: at,
  })
  .openapi('Rule')

export const Config = z.record(z.string(), z.unknown()).openapi('Config')

const Change = z.object({
  action: z.enum(actions),
  kind: z.enum(['partner', 'campaign', 'source', 'credential', 'rule']),
  name: z.string().openapi({ description: 'Of a credential or a rule: source/name.' }),
  id: id.nullable().openapi({ description: 'null: of what a dry run would make.' }),
  changed: z.string().nullable().openapi({ description: 'Which values.' }),
  url: z.string().nullable().openapi({ description: 'Of a source that was made: where to send.' }),
})

export const Changes = z
  .object({ dry_run: z.boolean(), changes: z.array(Change), warnings: z.array(z.string()) })
  .openapi('Changes')
