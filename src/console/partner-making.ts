// A partner, made from its name alone, by the way that all set-up goes: with the checks and the audit of a
// config file.
import type { ApplyDeps } from '../partners/apply.ts'
import { PlaceName } from '../partners/config/grammar.ts'

export type NotMade = 'name' | 'taken'

/** `name`: trimmed. */
export async function makePartner(
  { orm, vault, now, outgoing }: ApplyDeps,
  name: string,
  actor: string,
): Promise<'done' | NotMade> {
  // Loaded when somebody first makes one: reading YAML is much code.
  const { applyConfig } = await import('../partners/apply.ts')
  // In an address these two lead elsewhere.
  const isDots = name === '.' || name === '..'
  if (isDots || !PlaceName.safeParse(name).success) return 'name'
  const around = { file: 'console', env: {}, actor }
  const applied = await applyConfig(
    { orm, vault, now, outgoing },
    JSON.stringify({ partner: name }),
    around,
  )
  if (!applied.ok) return 'name'
  const isMade = applied.changes.some(
    ({ kind, action }) => kind === 'partner' && action === 'created',
  )
  return isMade ? 'done' : 'taken'
}
