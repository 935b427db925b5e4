// JSONPath (RFC 9535): how a rule, or a preset, names a place in a value. Compiled when saved, with
// errors for the person who wrote it; bounded when run; own properties only, so `__proto__` is a
// name like any other. A run never throws.
import { jsonpath, JSONPathEnvironment, JSONPathError } from 'json-p3'
import type { JSONPathQuery } from 'json-p3'
import { z } from 'zod'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { compileTest } from './path-filter.ts'
import { compileWalk, ownValue, Run, StepsSpent } from './path-run.ts'
import type { Place } from './path-run.ts'
import { normalizedStep } from './path-text.ts'

export interface Found {
  /** Normalized: $['data']['a'][0] */
  path: string
  value: JsonValue
}

export interface Findings {
  found: Found[]
  /** False: the path found too much or needed too much work; `found` is then empty. */
  complete: boolean
}

/** Steps that several runs share. */
export interface Steps {
  left: number
}

export interface CompiledPath {
  text: string
  /** What is found; nothing where it would be too much (see `search`, which tells the difference). */
  find(value: JsonValue): Found[]
  search(value: JsonValue, steps?: Steps): Findings
}

/** The text is not a path. The message says where and what is allowed. */
export class PathError extends Error {
  override name = 'PathError'
}

/** A path as a field of a document. */
export const PathText = z
  .string('must be a path, like $.data.email')
  .max(limits.pathCharsMax, `a path may have at most ${limits.pathCharsMax} characters`)
  .superRefine((text, context) => {
    try {
      compilePath(text)
    } catch (error) {
      if (!(error instanceof PathError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })

const grammar = new JSONPathEnvironment()
const compiled = new Map<string, CompiledPath>()

/** Throws PathError. The same text gives the same object while it is remembered. */
export function compilePath(text: string): CompiledPath {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const path = build(text)
  if (compiled.size >= limits.compiledPathsMax) compiled.clear()
  compiled.set(text, path)
  return path
}

function build(text: string): CompiledPath {
  if (text.length > limits.pathCharsMax) {
    throw new PathError(`a path may have at most ${limits.pathCharsMax} characters`)
  }
  if (!text.startsWith('$')) {
    throw new PathError('at character 1: a path starts with "$", as in $.data.email')
  }
  try {
    const query = grammar.compile(text)
    const search = simpleSearch(query) ?? walkSearch(query)
    return { text, search, find: (value) => search(value).found }
  } catch (error) {
    if (error instanceof JSONPathError) throw new PathError(explained(error, text))
    throw error
  }
}

type Search = CompiledPath['search']

/** The hot path of every event: no engine, no allocation but the result. */
function simpleSearch(query: JSONPathQuery): Search | null {
  const steps = simpleSteps(query)
  if (steps === null) return null
  const path = `$${steps.map(normalizedStep).join('')}`
  return (value) => {
    let here: JsonValue | undefined = value
    for (const step of steps) {
      if (typeof step === 'string') here = ownValue(here, step)
      else here = Array.isArray(here) ? here[step] : undefined
      if (here === undefined) return { found: [], complete: true }
    }
    return { found: [{ path, value: here }], complete: true }
  }
}

/** The names and indexes of a path that has nothing else; null for any other. */
function simpleSteps(query: JSONPathQuery): (string | number)[] | null {
  if (!query.singularQuery()) return null
  const steps: (string | number)[] = []
  for (const { selectors } of query.segments) {
    const [selector] = selectors
    if (selector instanceof jsonpath.selectors.NameSelector) steps.push(selector.name)
    else if (selector instanceof jsonpath.selectors.IndexSelector && selector.index >= 0) {
      steps.push(selector.index)
    } else return null
  }
  return steps
}

function walkSearch(query: JSONPathQuery): Search {
  const walk = compileWalk(query, compileTest)
  return (value, steps) => {
    const allowed = Math.min(limits.pathStepsMax, steps?.left ?? limits.pathStepsMax)
    const run = new Run(value, allowed)
    const places: Place[] = []
    try {
      walk({ value, above: null, step: '' }, run, (place) => {
        if (places.length === limits.pathNodesMax) throw new StepsSpent()
        places.push(place)
      })
      return { found: places.map(described), complete: true }
    } catch (error) {
      if (error instanceof StepsSpent) return { found: [], complete: false }
      throw error
    } finally {
      if (steps !== undefined) steps.left -= allowed - Math.max(run.left, 0)
    }
  }
}

function described(place: Place): Found {
  let path = ''
  for (let here = place; here.above !== null; here = here.above) {
    path = normalizedStep(here.step) + path
  }
  return { path: `$${path}`, value: place.value }
}

/** What the parser calls its tokens is not what a person typed. */
const tokenNames = new Map([
  ['TOKEN_EOF', 'the end'],
  ['TOKEN_COMMA', '","'],
  ['TOKEN_COLON', '":"'],
  ['TOKEN_RBRACKET', '"]"'],
  ['TOKEN_LBRACKET', '"["'],
  ['TOKEN_RPAREN', '")"'],
  ['TOKEN_INDEX', 'a number'],
  ['TOKEN_NAME', 'a name'],
  ['TOKEN_WILD', '"*"'],
  ['TOKEN_SINGLE_QUOTE_STRING', 'a quoted name'],
  ['TOKEN_DOUBLE_QUOTE_STRING', 'a quoted name'],
])

function explained(error: JSONPathError, text: string): string {
  const context = error.message.lastIndexOf(" ('")
  const bare = context < 0 ? error.message : error.message.slice(0, context)
  const what = bare
    .replace("can't backup beyond start", 'unexpected end of the path')
    .replace(
      /'?(TOKEN_[A-Z_]+)'?/g,
      (_all, name: string) => tokenNames.get(name) ?? 'something else',
    )
  const at = Math.min(error.token.index, text.length) + 1
  return `at character ${at}: ${what}; a path is like $.data.email, $.items[0].email or $.list[?@.primary == true].email`
}
