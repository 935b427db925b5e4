import type { MessageSignatureParameters } from './proof.ts'
import { refuse } from './refuse.ts'
import type { Scheme } from './scheme.ts'

export const messageSignature: Scheme<MessageSignatureParameters> = {
  serves: () => false,
  verify: () => refuse('no_credential'),
  sign: () => {
    throw new Error('not yet')
  },
}
