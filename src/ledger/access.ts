// Who may do what, and who did what: for the API and the console.
import {
  auditPage,
  invitationsPage,
  membersPage,
  namesInAudit,
  operatorsPage,
  partnersPage,
  tokensPage,
  type AuditFilter,
  type PartnersWanted,
} from '../db/ledger/access.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading, type Owner } from '../db/ledger/reading.ts'
import { auditActions, type AuditAction } from '../access/audit.ts'
import { isUuid } from '../ids.ts'
import type { Language } from '../rules/trace.ts'
import type { Mentions } from './asking.ts'
import { list, one, type Asking, type Questions } from './listing.ts'

type Wanted = PageWanted & Pick<Mentions, 'partner'>

export function listPartners(ledger: Questions, { owner }: Asking, page: PartnersWanted) {
  return reading(ledger.orm, owner, async (tx) => {
    const { rows, next } = await partnersPage(tx, owner, page)
    const items = rows.map(({ id, name, createdAt }) => ({
      id,
      name,
      created_at: createdAt.toISOString(),
    }))
    return { items, next }
  })
}

export const listMembers = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(ledger, asker, { partner }, (tx, { owner }) => membersPage(tx, owner, page), viewMember)

export const readMember = one('member', membersPage, viewMember)

function viewMember(row: Awaited<ReturnType<typeof membersPage>>['rows'][number]) {
  return {
    id: row.id,
    partner: row.partner,
    user_id: row.userId,
    email: row.email,
    role: row.role,
    since: row.since.toISOString(),
    one_time_codes: row.codes,
  }
}

export function listOperators({ orm }: Questions, { owner }: Asking, page: PageWanted) {
  return reading(orm, owner, async (tx) => {
    const { rows, next } = await operatorsPage(tx, owner, page)
    const items = rows.map(({ id, email, createdAt, codes }) => ({
      id,
      email,
      created_at: createdAt.toISOString(),
      one_time_codes: codes,
    }))
    return { items, next }
  })
}

export const listInvitations = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => invitationsPage(tx, owner, page),
    (row) => ({
      id: row.id,
      partner: row.partner,
      email: row.email,
      role: row.role,
      invited_by: row.invitedBy,
      created_at: row.createdAt.toISOString(),
      expires_at: row.expiresAt.toISOString(),
    }),
  )

export const listTokens = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => tokensPage(tx, owner, page),
    (row) => ({
      id: row.id,
      partner: row.partner,
      name: row.name,
      scopes: row.scopes,
      created_at: row.createdAt.toISOString(),
      expires_at: row.expiresAt?.toISOString() ?? null,
      last_used_at: row.lastUsedAt?.toISOString() ?? null,
    }),
  )

export function listAuditEntries(
  ledger: Questions,
  asker: Asking,
  { lang, partner, limit, after, unowned, ...filter }: Wanted & AuditFilter & { lang: Language },
) {
  return list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => auditPage(tx, owner, filter, { limit, after, unowned }),
    (row) => ({
      id: row.id,
      partner: row.partner,
      at: row.at.toISOString(),
      actor: row.actor,
      action: row.action,
      subject: row.subject,
      detail: row.detail,
      told: isAuditAction(row.action) ? auditActions[row.action][lang] : row.action,
    }),
  )
}

const isAuditAction = (text: string): text is AuditAction => Object.hasOwn(auditActions, text)

/** By what people know them: the email of a member, the name of a token or a channel. */
export async function nameEntries(
  { orm }: Questions,
  owner: Owner,
  entries: readonly { actor: string; subject: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const mentioned = entries.flatMap(({ actor, subject }) => [idIn(actor), subject ?? ''])
  const ids = [...new Set(mentioned)].filter(isUuid)
  const rows = await reading(orm, owner, (tx) => namesInAudit(tx, owner, ids))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** `user:<id>`, `token:<id>`; what else acts has no id. */
const idIn = (actor: string) => actor.slice(actor.indexOf(':') + 1)
