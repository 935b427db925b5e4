// What somebody carries from one step of a way in to the next: sealed, so that it says nothing to them,
// cannot be made by them, and is over after a while.
import type { z } from 'zod'
import { VaultError, type Vault } from '../vault.ts'

/** `place` keeps the steps of one way from passing for those of another. `until`: Unix ms. */
export function sealedStep<Step extends { until: number }>(place: string, shape: z.ZodType<Step>) {
  return {
    seal: (vault: Vault, step: Step): Promise<string> => vault.seal(JSON.stringify(step), place),

    /** Nothing for what was not sealed here, or is over. */
    async open(vault: Vault, sealed: string, now: number): Promise<Step | undefined> {
      try {
        const step = shape.parse(JSON.parse(await vault.open(sealed, place)))
        return step.until > now ? step : undefined
      } catch (error) {
        if (error instanceof VaultError) return undefined
        throw error
      }
    },
  }
}
