// A failure of the embedded PostgreSQL that a person can mend. The text is one sentence:
// what is wrong, where, and what to do about it. Never carries a password.
import type { Text } from '../../providers/provider.ts'

export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
  readonly text: Text
  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** The system's own word for a failed call (ENOENT, 57P03 …), where there is one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
