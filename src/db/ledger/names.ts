// Partners, sources, campaigns and rules by the name or the id that a question mentions.
import { and, eq, isNull, or } from 'drizzle-orm'
import { isUuid } from '../../ids.ts'
import { campaigns, partners, rules, sources } from '../schema.ts'
import { ownedBy, type Owner, type Reader } from './reading.ts'

const tables = { source: sources, campaign: campaigns, rule: rules } as const
export type Named = keyof typeof tables

/** Several for an operator, whose partners may use the same name; none where there is none. */
export async function idsOf(
  tx: Reader,
  owner: Owner,
  named: Named,
  nameOrId: string,
): Promise<string[]> {
  const table = tables[named]
  const rows = await tx
    .select({ id: table.id })
    .from(table)
    .where(
      and(
        ownedBy(owner, table.partnerId),
        or(eq(table.name, nameOrId), isUuid(nameOrId) ? eq(table.id, nameOrId) : undefined),
      ),
    )
  return rows.map(({ id }) => id)
}

export async function partnerOf(
  tx: Reader,
  owner: Owner,
  nameOrId: string,
): Promise<string | undefined> {
  const [row] = await tx
    .select({ id: partners.id })
    .from(partners)
    .where(
      and(
        owner === null ? undefined : eq(partners.id, owner),
        or(eq(partners.name, nameOrId), isUuid(nameOrId) ? eq(partners.id, nameOrId) : undefined),
      ),
    )
  return row?.id
}

/** With the name as it is written. */
export async function partnerNamed(tx: Reader, name: string) {
  const [row] = await tx
    .select({ id: partners.id, name: partners.name })
    .from(partners)
    .where(eq(partners.name, name))
  return row
}

/** Sources by name or id, without those that were archived. */
export async function liveSources(tx: Reader, owner: Owner, nameOrId: string) {
  return tx
    .select({ partnerId: sources.partnerId, id: sources.id })
    .from(sources)
    .where(
      and(
        ownedBy(owner, sources.partnerId),
        isNull(sources.archivedAt),
        or(eq(sources.name, nameOrId), isUuid(nameOrId) ? eq(sources.id, nameOrId) : undefined),
      ),
    )
}

/** All there are. */
export async function partnerIds(tx: Reader): Promise<string[]> {
  const rows = await tx.select({ id: partners.id }).from(partners).orderBy(partners.id)
  return rows.map(({ id }) => id)
}
