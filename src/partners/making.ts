// A partner, made from its name alone, by the way that all set-up goes: with the checks and the audit of a
// config file.
import type { ApplyDeps } from './apply.ts'
import { PlaceName } from './config/grammar.ts'

export type NotMade = 'name' | 'taken'
export type Made = { ok: true; id: string } | { ok: false; problem: NotMade }

/** `name`: trimmed. */
export async function makePartner(
  { orm, vault, now, outgoing }: ApplyDeps,
  name: string,
  actor: string,
): Promise<Made> {
  // Loaded when somebody first makes one: reading YAML is much code.
  const { applyConfig } = await import('./apply.ts')
  // In an address these two lead elsewhere.
  const isDots = name === '.' || name === '..'
  if (isDots || !PlaceName.safeParse(name).success) return unfit
  const around = { file: '', env: {}, actor }
  const applied = await applyConfig(
    { orm, vault, now, outgoing },
    JSON.stringify({ partner: name }),
    around,
  )
  if (!applied.ok) return unfit
  const made = applied.changes.find(
    ({ kind, action }) => kind === 'partner' && action === 'created',
  )
  return made?.id === undefined ? { ok: false, problem: 'taken' } : { ok: true, id: made.id }
}

const unfit = { ok: false, problem: 'name' } as const
