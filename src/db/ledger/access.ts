// Questions about who may do what, and who did: partners, members, invitations, tokens, audit entries.
// Newest first; what belongs to no partner is for operators only.
import { and, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { invitations, memberships } from '../access/schema.ts'
import { isOpenInvitation } from '../access/invitations.ts'
import { noticeChannels } from '../notices/schema.ts'
import { apiTokens, auditEntries, partners, users } from '../schema.ts'
import {
  cutPage,
  during,
  idsDuring,
  ofNobody,
  ownRows,
  type PageWanted,
  type Span,
} from './page.ts'
import type { Owner, Reader } from './reading.ts'
import { byId, readPage, type Question } from './search.ts'

const partnerNamed = { id: partners.id, name: partners.name }

export interface PartnersWanted extends PageWanted {
  /** A part of the name, in any case. */
  named?: string | undefined
}

export async function partnersPage(tx: Reader, owner: Owner, { named, ...page }: PartnersWanted) {
  const rows = await tx
    .select({ id: partners.id, name: partners.name, createdAt: partners.createdAt })
    .from(partners)
    .where(
      and(
        ownRows(owner, { id: partners.id, partnerId: partners.id }, page),
        named === undefined
          ? undefined
          : sql`position(lower(${named}) in lower(${partners.name})) > 0`,
      ),
    )
    .orderBy(desc(partners.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export async function membersPage(
  tx: Reader,
  owner: Owner,
  { id, ...page }: PageWanted & { id?: string | undefined },
) {
  const rows = await tx
    .select({
      id: memberships.id,
      partner: partnerNamed,
      userId: users.id,
      email: users.email,
      role: memberships.role,
      since: memberships.createdAt,
      codes: sql<boolean>`${users.totpSealed} is not null`,
    })
    .from(memberships)
    .innerJoin(partners, eq(partners.id, memberships.partnerId))
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(ownRows(owner, memberships, page), id === undefined ? undefined : eq(memberships.id, id)),
    )
    .orderBy(desc(memberships.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

/** Who runs the whole installation: for operators only. */
export async function operatorsPage(tx: Reader, owner: Owner, { limit, after }: PageWanted) {
  if (owner !== null) return { rows: [], next: null }
  const rows = await tx
    .select({
      id: users.id,
      email: users.email,
      createdAt: users.createdAt,
      codes: sql<boolean>`${users.totpSealed} is not null`,
    })
    .from(users)
    .where(and(eq(users.operator, true), after === undefined ? undefined : lt(users.id, after)))
    .orderBy(desc(users.id))
    .limit(limit + 1)
  return cutPage(rows, limit)
}

/** Those that are open. */
export async function invitationsPage(tx: Reader, owner: Owner, page: PageWanted) {
  const rows = await tx
    .select({
      id: invitations.id,
      partner: partnerNamed,
      email: invitations.email,
      role: invitations.role,
      invitedBy: invitations.invitedBy,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .leftJoin(partners, eq(partners.id, invitations.partnerId))
    .where(and(ownRows(owner, invitations, page), isOpenInvitation))
    .orderBy(desc(invitations.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

/** Those that still work, or did until they were over. */
export async function tokensPage(tx: Reader, owner: Owner, page: PageWanted) {
  const rows = await tx
    .select({
      id: apiTokens.id,
      partner: partnerNamed,
      name: apiTokens.name,
      scopes: apiTokens.scopes,
      createdAt: apiTokens.createdAt,
      expiresAt: apiTokens.expiresAt,
      lastUsedAt: apiTokens.lastUsedAt,
    })
    .from(apiTokens)
    .leftJoin(partners, eq(partners.id, apiTokens.partnerId))
    .where(and(ownRows(owner, apiTokens, page), isNull(apiTokens.revokedAt)))
    .orderBy(desc(apiTokens.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export interface AuditFilter extends Span {
  action?: string | undefined
  actor?: string | undefined
  subject?: string | undefined
}

export async function auditPage(tx: Reader, owner: Owner, filter: AuditFilter, page: PageWanted) {
  return readPage(tx, auditQuestion(owner, filter, page), page, (these, order) =>
    tx
      .select({
        id: auditEntries.id,
        partner: partnerNamed,
        at: auditEntries.at,
        actor: auditEntries.actor,
        action: auditEntries.action,
        subject: auditEntries.subject,
        detail: auditEntries.detail,
      })
      .from(auditEntries)
      .leftJoin(partners, eq(partners.id, auditEntries.partnerId))
      .where(these)
      .orderBy(order),
  )
}

/** An operator sees the installation's own, too. */
export function auditQuestion(
  owner: Owner,
  { action, actor, subject, ...span }: AuditFilter,
  { unowned = false }: Pick<PageWanted, 'unowned'> = {},
): Question & { table: typeof auditEntries } {
  return {
    table: auditEntries,
    order: byId(auditEntries.id),
    runs: owner === null ? undefined : { of: auditEntries.partnerId, keys: [owner] },
    range: and(
      owner === null && unowned ? isNull(auditEntries.partnerId) : undefined,
      idsDuring(auditEntries.id, span),
    ),
    fits: and(
      action === undefined ? undefined : eq(auditEntries.action, action),
      actor === undefined ? undefined : eq(auditEntries.actor, actor),
      subject === undefined ? undefined : eq(auditEntries.subject, subject),
      during(auditEntries.at, span),
    ),
  }
}

/**
 * What those are called, of the things of this partner, that entries name by id: its members' emails, also
 * of the invited, its tokens and its channels, also those that are over. Whoever is no member is nobody here.
 * For an operator: everybody with an account, and what belongs to no partner.
 */
export async function namesInAudit(
  tx: Reader,
  owner: Owner,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return []
  const own = (partnerId: PgColumn) => (owner === null ? ofNobody(partnerId) : eq(partnerId, owner))
  const everybody = tx.select({ id: users.id, name: users.email }).from(users)
  const known = inArray(users.id, [...ids])
  const members =
    owner === null
      ? everybody.where(known)
      : everybody
          .innerJoin(memberships, eq(users.id, memberships.userId))
          .where(and(own(memberships.partnerId), known))
  const invited = tx
    .select({ id: invitations.id, name: invitations.email })
    .from(invitations)
    .where(and(own(invitations.partnerId), inArray(invitations.id, [...ids])))
  const tokens = tx
    .select({ id: apiTokens.id, name: apiTokens.name })
    .from(apiTokens)
    .where(and(own(apiTokens.partnerId), inArray(apiTokens.id, [...ids])))
  const channels = tx
    .select({ id: noticeChannels.id, name: noticeChannels.name })
    .from(noticeChannels)
    .where(and(own(noticeChannels.partnerId), inArray(noticeChannels.id, [...ids])))
  const found = [await members, await invited, await tokens, await channels]
  return found.flat()
}
