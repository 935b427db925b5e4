// What a signature is computed over: "{timestamp}.{body}" as a list of parts.
//
// {body} {body_urldecoded} {body_crc32} {timestamp} {id} {url} {canonical} {glue} {secret}
// {header:name} {field:$.path} {setting:name}; a field that is not there is empty.
const variables = [
  'body',
  'body_urldecoded',
  'body_crc32',
  'timestamp',
  'id',
  'url',
  'canonical',
  'glue',
  'secret',
] as const
export type TemplateVariable = (typeof variables)[number]

export type TemplatePart =
  | { literal: string }
  | { variable: TemplateVariable }
  | { header: string }
  | { field: string }
  | { setting: string }

const placeholder = /\{([^{}]*)\}/
const named = /^(header|field|setting):(\S+)$/

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

function namedPart(text: string): TemplatePart | null {
  if (isVariable(text)) return { variable: text }
  const [, kind, name] = named.exec(text) ?? []
  if (kind === undefined || name === undefined) return null
  if (kind === 'header') return name.includes(':') ? null : { header: name.toLowerCase() }
  if (kind === 'setting') return { setting: name }
  return name.startsWith('$') ? { field: name } : null
}

function isVariable(text: string): text is TemplateVariable {
  return variables.some((name) => name === text)
}
