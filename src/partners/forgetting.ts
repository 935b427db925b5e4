// Archived things without a past are deleted after a while, and that is told in the audit.
import { writeAudit } from '../access/audit.ts'
import { deleteForgotten } from '../db/archive.ts'
import type { Orm } from '../db/open.ts'
import { lockConfiguration } from '../db/partners.ts'
import { changing } from '../db/walls.ts'

export async function forgetArchived(orm: Orm): Promise<void> {
  await changing(orm, null, async (tx) => {
    await lockConfiguration(tx)
    const forgotten = await deleteForgotten(tx)
    const entries = forgotten.map(({ partnerId, kind, name }) => ({
      partnerId,
      actor: 'relay',
      action: 'config.applied' as const,
      subject: `${kind} ${name}`,
      detail: { did: 'forgotten' },
    }))
    await writeAudit(tx, ...entries)
  })
}
