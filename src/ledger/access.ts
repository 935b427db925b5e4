// Who may do what, and who did what: for the API and the console.
import {
  auditPage,
  invitationsPage,
  membersPage,
  partnersPage,
  tokensPage,
  type AuditFilter,
} from '../db/ledger/access.ts'
import type { Page, PageWanted } from '../db/ledger/page.ts'
import { reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import { auditActions, type AuditAction } from '../access/audit.ts'
import type { Language } from '../rules/trace.ts'
import { find, type Asker, type Ledger, type Mentions, type Unknown } from './asking.ts'

type Asking = Pick<Asker, 'owner'>
type Questions = Pick<Ledger, 'orm'>
export type Wanted = PageWanted & Pick<Mentions, 'partner'>
type Answer<View> = Promise<{ items: View[]; next: string | null } | Unknown>

export function listPartners(ledger: Questions, { owner }: Asking, page: PageWanted) {
  return reading(ledger.orm, async (tx) => {
    const { rows, next } = await partnersPage(tx, owner, page)
    const items = rows.map(({ id, name, createdAt }) => ({
      id,
      name,
      created_at: createdAt.toISOString(),
    }))
    return { items, next }
  })
}

export const listMembers = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(
    ledger,
    asker,
    wanted,
    membersPage,
    ({ id, partner, userId, email, role, since, codes }) => ({
      id,
      partner,
      user_id: userId,
      email,
      role,
      since: since.toISOString(),
      one_time_codes: codes,
    }),
  )

export const listInvitations = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(ledger, asker, wanted, invitationsPage, (row) => ({
    id: row.id,
    partner: row.partner,
    email: row.email,
    role: row.role,
    invited_by: row.invitedBy,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  }))

export const listTokens = (ledger: Questions, asker: Asking, wanted: Wanted) =>
  list(ledger, asker, wanted, tokensPage, (row) => ({
    id: row.id,
    partner: row.partner,
    name: row.name,
    scopes: row.scopes,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  }))

export function listAuditEntries(
  ledger: Questions,
  asker: Asking,
  { lang, partner, limit, after, ...filter }: Wanted & AuditFilter & { lang: Language },
) {
  return list(
    ledger,
    asker,
    { partner, limit, after },
    (tx, owner, page) => auditPage(tx, owner, filter, page),
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

async function list<Row, View>(
  { orm }: Questions,
  { owner }: Asking,
  { partner, ...wanted }: Wanted,
  pageOf: (tx: Reader, owner: Owner, page: PageWanted) => Promise<Page<Row>>,
  view: (row: Row) => View,
): Answer<View> {
  const page = await reading(orm, async (tx) => {
    const meant = await find(tx, owner, { partner })
    return 'unknown' in meant ? meant : pageOf(tx, meant.owner, wanted)
  })
  return 'unknown' in page ? page : { items: page.rows.map(view), next: page.next }
}
