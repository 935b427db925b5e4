// XML as JSON and back, for the senders that wrap it in a form (Braintree). Elements become members,
// repeated ones a list, and so do the children of type="array"; text is text, nil="true" is null.
// Attributes say nothing else. No document types, hence no entities of a sender's own.
import { SaxesParser } from 'saxes'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'

interface Element {
  name: string
  isList: boolean
  isNil: boolean
  text: string
  children: [name: string, value: JsonValue][]
}

/** Null for what is not well-formed, is too deep or has too many elements. */
export function parseXml(text: string): JsonValue | null {
  const root = newElement('')
  const open: Element[] = [root]
  let left: number = limits.xmlElementsMax
  let broken = false
  const parser = new SaxesParser()
  parser.on('error', () => (broken = true))
  parser.on('doctype', () => (broken = true))
  parser.on('opentag', ({ name, attributes }) => {
    left -= 1
    if (left < 0 || open.length > limits.jsonDepthMax) broken = true
    const { type, nil } = attributes
    open.push({ ...newElement(name), isList: type === 'array', isNil: nil === 'true' })
  })
  const addText = (more: string) => {
    const element = open.at(-1)
    if (element) element.text += more
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed) open.at(-1)?.children.push([closed.name, valueOf(closed)])
  })
  for (let at = 0; at < text.length && !broken; at += chunkChars) {
    parser.write(text.slice(at, at + chunkChars))
  }
  if (!broken) parser.close()
  return broken || root.children.length === 0 ? null : valueOf(root)
}

/** Small enough that a broken document is not read to its end. */
const chunkChars = 16_384

function newElement(name: string): Element {
  return { name, isList: false, isNil: false, text: '', children: [] }
}

function valueOf({ isList, isNil, text, children }: Element): JsonValue {
  if (isNil) return null
  if (isList) return children.map(([, value]) => value)
  if (children.length === 0) return text.trim()
  const members = new Map<string, JsonValue[]>()
  for (const [name, value] of children) {
    const same = members.get(name)
    if (same === undefined) members.set(name, [value])
    else same.push(value)
  }
  return Object.fromEntries(
    [...members].map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? null) : values,
    ]),
  )
}

/** A value as the XML it could have come from; lists name their items after themselves. */
export function writeXml(value: JsonObject): string {
  return Object.entries(value)
    .map(([name, item]) => element(name, item))
    .join('')
}

function element(name: string, value: JsonValue): string {
  if (value === null) return `<${name} nil="true"/>`
  if (Array.isArray(value)) {
    const item = name.replace(/s$/, '')
    return `<${name} type="array">${value.map((each) => element(item, each)).join('')}</${name}>`
  }
  return `<${name}>${isJsonObject(value) ? writeXml(value) : escaped(String(value))}</${name}>`
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
}
