// The three ways in which senders write signatures down, and time beside them.
import { limits } from '../limits.ts'
import type { HmacParameters } from './proof.ts'

type Syntax = HmacParameters['signature']['syntax']

export interface WrittenSignatures {
  /** As text, still encoded. At least one. */
  signatures: string[]
  /** Values of the pair that holds the time, where the syntax has pairs. */
  times: string[]
}

/** Null where the text does not have the form, holds no signature of ours, or too many. */
export function readSignatures(
  text: string,
  syntax: Syntax,
  timePair: string | undefined,
): WrittenSignatures | null {
  if (text.length > limits.signatureCharsMax) return null
  const written = read(text, syntax, timePair)
  const count = written.signatures.length
  return count === 0 || count > limits.signaturesPerHeaderMax ? null : written
}

function read(text: string, syntax: Syntax, timePair: string | undefined): WrittenSignatures {
  switch (syntax.kind) {
    case 'single':
      return { signatures: startingWith(syntax.prefix, [text.trim()]), times: [] }
    case 'positional':
      return { signatures: text.split(syntax.separator).slice(1), times: [] }
    case 'versioned':
      return {
        signatures: startingWith(`${syntax.version},`, versions(text, syntax.separator)),
        times: [],
      }
    case 'pairs': {
      const pairs = text.split(syntax.separator).map((pair) => pair.trim())
      return {
        signatures: startingWith(syntax.name + syntax.assign, pairs),
        times: timePair === undefined ? [] : startingWith(timePair + syntax.assign, pairs),
      }
    }
  }
}

/** Supabase joins versions with a comma and a space: the comma left over belongs to none. */
function versions(text: string, separator: string): string[] {
  return text.split(separator).map((item) => item.trim().replace(/,+$/, ''))
}

/** What follows the prefix, in those that have it. */
function startingWith(prefix: string, items: readonly string[]): string[] {
  return items.filter((item) => item.startsWith(prefix)).map((item) => item.slice(prefix.length))
}

/** A signature as the sender would write it. */
export function writeSignature(
  signature: string,
  syntax: Syntax,
  time: string,
  timePair: string | undefined,
): string {
  switch (syntax.kind) {
    case 'single':
      return syntax.prefix + signature
    case 'positional':
      return [time, signature].join(syntax.separator)
    case 'versioned':
      return `${syntax.version},${signature}`
    case 'pairs': {
      const pairs = [[syntax.name, signature]]
      if (timePair !== undefined) pairs.unshift([timePair, time])
      return pairs.map((pair) => pair.join(syntax.assign)).join(syntax.separator)
    }
  }
}
