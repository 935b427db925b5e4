// I-Regexp (RFC 9485), the patterns of match() and search() in paths, run by a linear-time engine.
// Nothing here may ever reach the built-in RegExp: patterns come from people, subjects from senders.
import { RE2JS } from 're2js'
import { limits } from '../limits.ts'

export interface Pattern {
  /** Instructions of the compiled pattern: the most that one character of text can cost. */
  states: number
  matches(text: string): boolean
}

const escape = String.raw`\\(?:[()*+\-.?[\\\]^{|}nrt]|[pP]\{[A-Z][a-z]?\})`
const inClass = String.raw`(?:[^\\[\]-]|${escape})`
const charClass = String.raw`\[\^?-?(?:${inClass}(?:-${inClass})?)*-?\]`
const quantifier = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})`
/** One character, class or end of a group, with its quantifier; or one of the signs ( and |. */
const piece = new RegExp(
  String.raw`(?:[^()*+?[\\\]{|}]|${escape}|${charClass}|\))${quantifier}?|[(|]`,
  'uy',
)

const compiled = new Map<string, Pattern | null>()

/** Null where the text is no I-Regexp, or more than we run; `whole` for match(), else search(). */
export function compilePattern(text: string, whole: boolean): Pattern | null {
  if (text.length > limits.patternCharsMax) return null
  const key = `${whole ? 'm' : 's'}${text}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  if (compiled.size >= limits.compiledPatternsMax) compiled.clear()
  const pattern = build(text, whole)
  compiled.set(key, pattern)
  return pattern
}

function build(text: string, whole: boolean): Pattern | null {
  const translated = translate(text)
  if (translated === null) return null
  try {
    const engine = RE2JS.compile(translated)
    const states = engine.programSize()
    if (states > limits.patternStatesMax) return null
    return {
      states,
      matches: (subject) => (whole ? engine.testExact(subject) : engine.test(subject)),
    }
  } catch {
    return null
  }
}

/** The same pattern in RE2's syntax: only "." and groups differ. RE2 itself pairs the brackets. */
function translate(text: string): string | null {
  let out = ''
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const token = piece.exec(text)?.[0]
    if (token === undefined) return null
    if (token === '(') out += '(?:'
    else out += token.startsWith('.') ? `[^\\n\\r]${token.slice(1)}` : token
  }
  return out
}
