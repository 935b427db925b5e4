import type { DigestParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Scheme } from './scheme.ts'

export const digest: Scheme<DigestParameters> = {
  serves: () => false,
  verify: () => refuse('no_credential'),
  sign: () => {
    throw new Error('not yet')
  },
}
