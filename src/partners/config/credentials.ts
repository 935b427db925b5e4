// Credentials of a source: which fields belong together is the provider's business, what each may
// be stands here. A credential that cannot prove anything is refused, never stored.
import { isJsonObject } from '../../json.ts'
import { limits } from '../../limits.ts'
import type { Provider } from '../../providers/provider.ts'
import { publicKeys } from '../../schemes/public-keys.ts'
import { CredentialShape, credentialFields, secretFields, type CredentialField } from './grammar.ts'
import {
  checkShape,
  itemsOf,
  keysOf,
  readReference,
  refuseDoubles,
  type Reading,
} from './reading.ts'
import type { Given } from './references.ts'
import { inside, type Place } from './report.ts'

export interface CredentialEntry {
  place: Place
  name: string
  /** A key set as its JSON text. */
  fields: ReadonlyMap<CredentialField, Given>
  validUntil: Date | null
  /** That moment is over. */
  hasEnded: boolean
}

/** null: the file does not mention them. */
export async function readCredentials(
  source: unknown,
  sourcePlace: Place,
  preset: Provider | undefined,
  reading: Reading,
): Promise<CredentialEntry[] | null> {
  const items = itemsOf(source, 'credentials', sourcePlace)
  if (items === null) return null
  const entries: CredentialEntry[] = []
  for (const [position, { raw, place }] of items.entries()) {
    entries.push(...(await readCredential(raw, place, `${position + 1}`, preset, reading)))
  }
  refuseDoubles(entries, 'credential', reading)
  return entries
}

async function readCredential(
  raw: unknown,
  place: Place,
  defaultName: string,
  preset: Provider | undefined,
  reading: Reading,
): Promise<CredentialEntry[]> {
  const { now } = reading
  const shape = checkShape(CredentialShape, raw, place, reading)
  if (preset !== undefined && isJsonObject(raw)) checkForm(raw, place, preset, reading)
  const fields = new Map<CredentialField, Given>()
  let isWhole = true
  for (const field of credentialFields) {
    const given = await readField(field, keysOf(raw)[field], inside(place, field), reading)
    if (given) fields.set(field, given)
    isWhole &&= given !== undefined
  }
  if (shape === undefined || !isWhole) return []
  const { name = defaultName, valid_until: validUntil = null } = shape
  const hasEnded = validUntil !== null && validUntil.getTime() <= now
  return [{ place, name, fields, validUntil, hasEnded }]
}

function checkForm(raw: object, place: Place, preset: Provider, { report }: Reading): void {
  const given = credentialFields.filter((field) => Object.hasOwn(raw, field))
  if (fitsForm(given, preset)) return
  const has = given.length === 0 ? 'nothing' : given.join(' + ')
  report.problem(place, `a credential of ${preset.name} is ${formsOf(preset)}; here is ${has}`)
}

export function fitsForm(given: readonly string[], { credentials }: Provider): boolean {
  return credentials.some(
    (form) => form.length === given.length && form.every((field) => given.includes(field)),
  )
}

export const formsOf = ({ credentials }: Provider) =>
  credentials.map((form) => form.join(' + ')).join(', or ')

async function readField(
  field: CredentialField,
  raw: unknown,
  place: Place,
  reading: Reading,
): Promise<Given | null | undefined> {
  const isInline = field === 'jwks' && isJsonObject(raw) && Object.hasOwn(raw, 'keys')
  const given = await readReference(isInline ? JSON.stringify(raw) : raw, place, reading)
  if (!given || 'stored' in given) return given
  const problem = fieldProblem(field, given.text)
  if (problem !== null) reading.report.problem(place, problem)
  if (secretFields.has(field) && given.text !== given.text.trim()) {
    reading.report.warn(place, 'begins or ends with white space: is that part of it?')
  }
  if (problem !== null) return undefined
  return field === 'jwks' ? { ...given, text: keySetText(given.text) ?? '' } : given
}

function fieldProblem(field: CredentialField, text: string): string | null {
  if (field === 'jwks' && keySetText(text) === null) {
    return `must be a JSON Web Key Set, { keys: […] }, of 1 to ${limits.jwksKeysMax} keys with a public one`
  }
  return null
}

/** The key set alone; null where it is none or holds no key that could prove anything. */
function keySetText(text: string): string | null {
  const set = parseJson(text)
  if (!isJsonObject(set) || !Array.isArray(set['keys'])) return null
  const { keys } = set
  const isUsable = keys.every(isJsonObject) && publicKeys(keys).length > 0
  return isUsable && keys.length <= limits.jwksKeysMax ? JSON.stringify({ keys }) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
