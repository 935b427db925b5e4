// A checkpoint says, signed, what stood at a place of a chain at a moment. Kept elsewhere, it proves
// later that everything up to there is still what it was.
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { readSigned, type Signer } from './signing.ts'

const Checkpoint = z.strictObject({
  chain: z.uuid(),
  seq: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
})
export type Checkpoint = z.output<typeof Checkpoint>

export const signCheckpoint = (signer: Signer, checkpoint: Checkpoint): Promise<string> =>
  signer.sign('checkpoint', checkpoint)

/** Nothing when no key of these has signed it. */
export async function readCheckpoint(
  keys: JSONWebKeySet,
  jws: string,
): Promise<Checkpoint | undefined> {
  return Checkpoint.safeParse(await readSigned(keys, 'checkpoint', jws)).data
}
