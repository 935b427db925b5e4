// Links for one source: the same for the command line and the API. Time and chance enter here.
import { randomBytes } from 'node:crypto'
import type { NamedSource } from '../partners/named-source.ts'
import type { Text } from '../providers/provider.ts'
import { mintLink, mintProblems, signingSecret } from './mint.ts'

export interface Minter {
  /** Everybody who gets a link may try to guess the secret. */
  isSecretShort: boolean
  mint(email: string): Promise<MadeLink | { problem: Text }>
}

export interface MinterOptions {
  /** The relay's address as visitors reach it, without trailing slash. */
  base: string
  campaign: string | undefined
  days: number
  /** Unix milliseconds. */
  now: number
}

export interface MadeLink {
  email: string
  url: string
}

/** All or none. `at`: which of the addresses. */
export async function mintAll(
  minter: Minter,
  emails: readonly string[],
): Promise<{ links: MadeLink[] } | { mistakes: { at: number; problem: Text }[] }> {
  const made = await Promise.all(emails.map((email) => minter.mint(email)))
  const mistakes = made.flatMap((one, at) =>
    'problem' in one ? [{ at, problem: one.problem }] : [],
  )
  if (mistakes.length > 0) return { mistakes }
  return { links: made.flatMap((one) => ('problem' in one ? [] : [one])) }
}

const dayMs = 86_400_000

/** A sentence about the source where it cannot have links made here. */
export function createMinter(
  { source, key }: NamedSource,
  { base, campaign, days, now }: MinterOptions,
): Minter | { problem: Text } {
  const expiresAt = now + days * dayMs
  const signing = signingSecret(source, expiresAt)
  if ('problem' in signing) return { problem: mintProblems[signing.problem] }
  return {
    isSecretShort: signing.isShort,
    async mint(email) {
      const id = randomBytes(16).toString('base64url')
      const minted = await mintLink({ source, email, campaign, now, expiresAt, id })
      if (!minted.ok) return { problem: minted.problem }
      return { email: minted.email, url: `${base}/go/${key}?t=${minted.token}` }
    },
  }
}
