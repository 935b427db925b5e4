// Where a campaign's grants go, or that this cannot be said.
import type { Answer } from '../moab/answer.ts'

/** `unusable` when the campaign's API key does not open. */
export type Destination = { url: string; apiKey: string } | 'unusable'

/** Without a key MOAB need not be asked what it says to that. */
export const keyUnusable: Answer = {
  class: 'no_api_key',
  code: null,
  failure: 'key_unusable',
  ambiguous: false,
  httpStatus: null,
  snippet: null,
}
