// The shapes of answers about who may do what, and who did.
import { z } from '@hono/zod-openapi'
import { roles } from '../access/scopes.ts'
import { at, id, Named, wordsOf } from './schemas.ts'

export const Partner = z.object({ id, name: z.string(), created_at: at }).openapi('Partner')

const role = z.enum(wordsOf(roles))

export const Member = z
  .object({
    id,
    partner: Named,
    user_id: id,
    email: z.string(),
    role,
    since: at,
    one_time_codes: z.boolean().openapi({ description: 'Asked for when they sign in.' }),
  })
  .openapi('Member')

export const Operator = z
  .object({
    id,
    email: z.string(),
    created_at: at.openapi({ description: 'When the account was made.' }),
    one_time_codes: z.boolean().openapi({ description: 'Asked for when they sign in.' }),
  })
  .openapi('Operator')

export const ResetMade = z
  .object({
    email: z.string(),
    link: z.url().openapi({ description: 'Give it to the person; it is shown only now.' }),
    expires_at: at,
  })
  .openapi('ResetMade')

export const Invitation = z
  .object({
    id,
    partner: Named.nullable(),
    email: z.string(),
    role: role.nullable().openapi({ description: 'null: as an operator.' }),
    invited_by: z.string(),
    created_at: at,
    expires_at: at,
  })
  .openapi('Invitation')

export const InvitationMade = z
  .object({
    id,
    email: z.string(),
    role: role.nullable(),
    link: z.url().openapi({ description: 'Give it to the person; it is shown only now.' }),
  })
  .openapi('InvitationMade')

export const Token = z
  .object({
    id,
    partner: Named.nullable().openapi({ description: 'null: of the whole installation.' }),
    name: z.string(),
    scopes: z.array(z.string()),
    created_at: at,
    expires_at: at.nullable(),
    last_used_at: at.nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('Token')

export const TokenMade = z
  .object({
    id,
    token: z.string().openapi({ description: 'Shown only now.', example: 'mrl_…' }),
    name: z.string(),
    scopes: z.array(z.string()),
    expires_at: at.nullable(),
  })
  .openapi('TokenMade')

export const AuditEntry = z
  .object({
    id,
    partner: Named.nullable(),
    at,
    actor: z.string(),
    action: z.string(),
    subject: z.string().nullable(),
    detail: z.unknown(),
    told: z.string(),
  })
  .openapi('AuditEntry')
