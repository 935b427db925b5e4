// What a signature is computed over: "{timestamp}.{body}" as a list of parts.
export type TemplatePart =
  { literal: string } | { variable: 'body' | 'timestamp' | 'id' | 'url' } | { header: string }

const placeholder = /\{([^{}]*)\}/
const variable = /^(?:body|timestamp|id|url)$/
const header = /^header:([^:\s]+)$/

/** Null where the text is empty, has an unknown placeholder or a brace that belongs to none. */
export function parseTemplate(text: string): TemplatePart[] | null {
  const parts: TemplatePart[] = []
  for (const [index, piece] of text.split(placeholder).entries()) {
    // split() with one group alternates: literal, name of a placeholder, literal …
    const part = index % 2 === 0 ? literalPart(piece) : namedPart(piece)
    if (part === null) return null
    if (!('literal' in part) || part.literal !== '') parts.push(part)
  }
  return parts.length === 0 ? null : parts
}

function literalPart(text: string): TemplatePart | null {
  return /[{}]/.test(text) ? null : { literal: text }
}

function namedPart(name: string): TemplatePart | null {
  if (isVariable(name)) return { variable: name }
  const headerName = header.exec(name)?.[1]
  return headerName === undefined ? null : { header: headerName.toLowerCase() }
}

function isVariable(name: string): name is 'body' | 'timestamp' | 'id' | 'url' {
  return variable.test(name)
}
