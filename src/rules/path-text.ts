// How a place inside a JSON value is written: the normalized path of RFC 9535, section 2.7.
const shortEscapes = new Map([
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ["'", "\\'"],
  ['\\', '\\\\'],
])

/** `['name']` or `[0]`. Strings that are not well-formed Unicode keep their lone surrogates. */
export function normalizedStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  // oxlint-disable-next-line no-control-regex -- these are what must be escaped
  return `['${step.replace(/[\u0000-\u001f'\\]/g, escaped)}']`
}

function escaped(character: string): string {
  const short = shortEscapes.get(character)
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Is `path` the place `ancestor`, or inside it? Both normalized: every step ends with its bracket. */
export function isAtOrBelow(path: string, ancestor: string): boolean {
  return path.startsWith(ancestor)
}
