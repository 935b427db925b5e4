// The ways in which senders write signatures down, and time beside them.
import { limits } from '../limits.ts'
import type { SignedTextParameters } from './proof.ts'

type Syntax = SignedTextParameters['signature']['syntax']

export interface WrittenSignatures {
  /** As text, still encoded. At least one. */
  signatures: string[]
  /** Values of the pair, or the position, that holds the time. */
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
      return { signatures: single(text.trim(), syntax), times: [] }
    case 'positional': {
      const [time, ...signatures] = text.split(syntax.separator).map((item) => item.trim())
      return { signatures, times: time === undefined ? [] : [time] }
    }
    case 'versioned':
      return {
        signatures: startingWith(`${syntax.version},`, versions(text, syntax.separator)),
        times: [],
      }
    case 'pairs': {
      const { name, assign } = syntax
      const pairs = text.split(syntax.separator)
      return {
        signatures: name === '*' ? valuesOf(pairs, assign) : startingWith(name + assign, pairs),
        times: timePair === undefined ? [] : startingWith(timePair + assign, pairs),
      }
    }
  }
}

function single(text: string, { prefix, optional }: Extract<Syntax, { kind: 'single' }>): string[] {
  if (text.startsWith(prefix)) return [text.slice(prefix.length)]
  return optional ? [text] : []
}

/** What follows the first assignment in each pair. */
function valuesOf(pairs: readonly string[], assign: string): string[] {
  return pairs.flatMap((pair) => {
    const trimmed = pair.trim()
    const at = trimmed.indexOf(assign)
    return at < 0 ? [] : [trimmed.slice(at + assign.length)]
  })
}

/** Supabase joins versions with a comma and a space: the comma left over belongs to none. */
function versions(text: string, separator: string): string[] {
  return text.split(separator).map((item) => {
    const trimmed = item.trim()
    return trimmed.endsWith(',') ? trimmed.replace(/,+$/, '') : trimmed
  })
}

/** What follows the prefix, in those that have it; blanks around an item are not part of it. */
function startingWith(prefix: string, items: readonly string[]): string[] {
  const found: string[] = []
  for (const item of items) {
    const trimmed = item.trim()
    if (trimmed.startsWith(prefix)) found.push(trimmed.slice(prefix.length))
  }
  return found
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
      const pairs = [[syntax.name === '*' ? 'key' : syntax.name, signature]]
      if (timePair !== undefined) pairs.unshift([timePair, time])
      return pairs.map((pair) => pair.join(syntax.assign)).join(syntax.separator)
    }
  }
}
