// YAML (or JSON, which is YAML) to plain values that remember where they stood, so that every
// mistake found later has its line and column. Only the plain core of YAML is read: no tags, no
// aliases, no merge keys, no key twice. Depth is measured before anything recurses.
import { Composer, isMap, isScalar, isSeq, LineCounter, Parser, visit } from 'yaml'
import type { CST, Document, ParsedNode, YAMLError } from 'yaml'
import { limits } from '../../limits.ts'

export type Path = readonly (string | number)[]

export interface Problem {
  file: string
  line: number
  column: number
  /** sources[0].rules[1].email[0] */
  path: string
  message: string
}

export interface LocatedDocument {
  value: unknown
  /** Of the value at the path, or of the nearest thing around it; `key` asks for the key's place. */
  position(path: Path, of: 'value' | 'key'): { line: number; column: number }
}

export type LocatedYaml =
  { ok: true; documents: LocatedDocument[] } | { ok: false; problems: Problem[] }

interface Finding {
  offset: number
  message: string
}

type Composed = Document.Parsed<ParsedNode>

const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: true,
  stringKeys: true,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

export function readYaml(text: string, file: string): LocatedYaml {
  const lines = new LineCounter()
  const refused = (findings: readonly Finding[]): LocatedYaml => ({
    ok: false,
    problems: findings.map(({ offset, message }) => {
      const { line, col } = lines.linePos(Math.max(0, offset))
      return { file, line: Math.max(1, line), column: Math.max(1, col), path: '', message }
    }),
  })
  if (Buffer.byteLength(text) > limits.configFileBytesMax) {
    const most = limits.configFileBytesMax / 1024
    return refused([{ offset: 0, message: `a config file may have at most ${most} KiB` }])
  }
  const tokens = [...new Parser(lines.addNewLine).parse(shieldVariables(text))]
  const excess = tokens.flatMap((token) => excessIn(token) ?? [])
  if (excess.length > 0) return refused(excess)
  const documents = [...new Composer(options).compose(tokens)].filter(saysSomething)
  const findings = documents.flatMap((document) => findingsIn(document, text))
  if (findings.length > 0) return refused(findings)
  if (documents.length === 0) {
    return refused([{ offset: 0, message: 'is empty: a config file starts with "partner: …"' }])
  }
  return { ok: true, documents: documents.map((document) => located(document, lines)) }
}

/*
 * `{ api_key: ${MOAB_API_KEY} }` is not YAML: braces end a plain value inside braces. For the
 * parser each brace of a variable becomes another character, so that every place stays the same.
 */
const shieldVariables = (text: string) =>
  text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_all, name: string) => `$\uFDD0${name}\uFDD1`)
const unshield = (text: string) =>
  text.replace(/\$\uFDD0([A-Za-z_]\w*)\uFDD1/g, (_all, name: string) => `\${${name}}`)

function saysSomething(document: Composed): boolean {
  const { contents, errors, warnings } = document
  const isNothing = contents === null || (isScalar(contents) && contents.value === null)
  return !isNothing || errors.length + warnings.length > 0
}

interface Level {
  token: CST.Token
  depth: number
}

/** With a list instead of the stack: the text comes from anyone who may apply a file. */
function excessIn(root: CST.Token): Finding | null {
  const waiting: Level[] = [{ token: root, depth: 0 }]
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    const { token, depth } = level
    if (depth > limits.configDepthMax) {
      return {
        offset: token.offset,
        message: `may be nested at most ${limits.configDepthMax} deep`,
      }
    }
    if (token.type === 'document' && token.value) waiting.push({ token: token.value, depth })
    if (!('items' in token)) continue
    if (isMapping(token) && token.items.length > limits.configKeysMax) {
      return { offset: token.offset, message: `may have at most ${limits.configKeysMax} keys` }
    }
    for (const { key, value } of token.items) {
      if (key) waiting.push({ token: key, depth: depth + 1 })
      if (value) waiting.push({ token: value, depth: depth + 1 })
    }
  }
  return null
}

function isMapping(token: CST.Token): boolean {
  if (token.type === 'flow-collection') return token.start.type === 'flow-map-start'
  return token.type === 'block-map'
}

/** What the parser refuses, and what we refuse of what it lets pass. Restores the variables. */
function findingsIn(document: Composed, text: string): Finding[] {
  const findings = [...document.errors, ...document.warnings].map((error) => explain(error, text))
  const refuse = (node: { range?: readonly number[] | null }, message: string) =>
    findings.push({ offset: node.range?.[0] ?? 0, message })
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = 'is read as YAML 1.2: leave the %YAML line out'
    findings.push({ offset: text.search(/^%YAML/m), message })
  }
  visit(document, {
    Alias: (_key, node) => void refuse(node, 'aliases (*name) are not allowed: write it out'),
    Scalar(key, node) {
      if (typeof node.value !== 'string') return
      const value = unshield(node.value)
      node.value = value
      if (key === 'key' && value === '__proto__') refuse(node, 'is not a name for a key')
      if (value.includes('\0') || !value.isWellFormed()) {
        refuse(node, 'holds a character that cannot be stored')
      }
    },
  })
  return findings
}

function explain({ code, message, pos }: YAMLError, text: string): Finding {
  const [offset] = pos
  if (code === 'DUPLICATE_KEY') {
    const key = /^["']?([\w-]+)/.exec(text.slice(offset, offset + 100))?.[1]
    const named = key === undefined ? 'this key' : `the key "${key}"`
    return { offset, message: `${named} stands twice: each key may stand once` }
  }
  if (code === 'TAG_RESOLVE_FAILED') return { offset, message: 'tags (!name) are not allowed' }
  if (code === 'NON_STRING_KEY') return { offset, message: 'a key must be text' }
  return { offset, message: `is not YAML: ${unshield(message)}` }
}

function located(document: Composed, lines: LineCounter): LocatedDocument {
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    position(path, of) {
      const { line, col } = lines.linePos(offsetOf(document.contents, path, of))
      return { line: Math.max(1, line), column: Math.max(1, col) }
    },
  }
}

function offsetOf(root: unknown, path: Path, of: 'value' | 'key'): number {
  let here = root
  let offset = startOf(root) ?? 0
  for (const [at, step] of path.entries()) {
    const { key, value } = below(here, step)
    const wanted = of === 'key' && at === path.length - 1 ? key : value
    const found = startOf(wanted) ?? startOf(key)
    if (found === undefined) return offset
    offset = found
    here = value
  }
  return offset
}

function below(node: unknown, step: string | number): { key?: unknown; value?: unknown } {
  if (isSeq(node) && typeof step === 'number') return { value: node.items[step] }
  if (!isMap(node)) return {}
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step)) ?? {}
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined
}

export function pathText(path: Path): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  return steps.join('').replace(/^\./, '')
}
