// Who runs the whole installation. People become operators by invitation (see members.ts); there is always one.
import { lockOperators, setOperator } from '../db/access/people.ts'
import type { Orm } from '../db/open.ts'
import { writeAudit } from './audit.ts'

export type OperatorRemoval = 'done' | 'no_operator' | 'last_operator'

/** Their account stays, and so do their partners. */
export function removeOperator(orm: Orm, userId: string, actor: string): Promise<OperatorRemoval> {
  return orm.transaction(async (tx) => {
    const operators = await lockOperators(tx)
    if (!operators.includes(userId)) return 'no_operator'
    if (operators.length === 1) return 'last_operator'
    await setOperator(tx, userId, false)
    await writeAudit(tx, { partnerId: null, actor, action: 'operator.removed', subject: userId })
    return 'done'
  })
}
