// Why no signature matched, for the person who pasted the secret: tries the usual mistakes. What is
// found here only explains a refusal; it must never turn one into an acceptance.
import type { Buffer } from 'node:buffer'
import { limits } from '../limits.ts'
import { keyBytes } from './key-pipeline.ts'
import type { HmacParameters } from './proof.ts'
import type { Credential } from './scheme.ts'

/** Other ways in which providers make a key of a secret. */
const readings = [
  { key: ['utf8'], as: 'the whole text as it stands' },
  { key: ['strip:whsec_', 'utf8'], as: 'text after the prefix whsec_' },
  { key: ['strip:v1,', 'strip:whsec_', 'base64'], as: 'base64 after its prefix' },
  { key: ['hex'], as: 'hex' },
] as const

const apiKey = /^["'\s]*(?:sk|pk|rk)_(?:live|test)_/

/** Undefined where none of the usual mistakes was made: then the reason's own hint stands. */
export function explainMismatch(
  { key }: HmacParameters,
  credentials: readonly Credential[],
  bodyBytes: number,
  matches: (key: Buffer) => boolean,
): string | undefined {
  const secrets = credentials.flatMap(({ secret }) => secret ?? [])
  if (bodyBytes <= limits.hintBodyBytesMax) {
    for (const secret of secrets) {
      const hint = explainSecret(key, secret, matches)
      if (hint !== undefined) return hint
    }
  }
  return secrets.some((secret) => apiKey.test(secret))
    ? 'the secret looks like an API key: paste the signing secret of the webhook instead'
    : undefined
}

function explainSecret(
  steps: readonly string[],
  secret: string,
  matches: (key: Buffer) => boolean,
): string | undefined {
  const fits = (names: readonly string[], text: string) => {
    const bytes = keyBytes(names, text)
    return bytes !== null && matches(bytes)
  }
  const bare = unwrapped(secret)
  if (bare !== secret && fits(steps, bare)) {
    return 'the secret was saved with spaces, a line break or quotes around it: paste it again without them'
  }
  const other = readings.find((reading) => fits(reading.key, bare))
  return other && `the secret is right, but read as ${other.as}: choose the provider that does so`
}

function unwrapped(secret: string): string {
  const trimmed = secret.trim()
  return /^(["']).*\1$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed
}
