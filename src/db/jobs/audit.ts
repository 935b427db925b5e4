// Audit entries inside a hand-written transaction: never the change without the entry.
import type { AuditEntry } from '../../access/audit.ts'
import { uuidv7 } from '../../ids.ts'
import type { Statements } from '../open.ts'

export async function noteAudit(
  sql: Statements,
  { partnerId, actor, action, subject, detail = {} }: AuditEntry,
): Promise<void> {
  await sql.unsafe(
    `insert into audit_entries (id, partner_id, actor, action, subject, detail)
    values ($1::uuid, $2::uuid, $3, $4, $5, $6::text::jsonb)`,
    [uuidv7(), partnerId, actor, action, subject ?? null, JSON.stringify(detail)],
  )
}
