// The credentials of a source, by name: what the file no longer lists is removed.
import { deleteCredential, insertCredential, updateCredential } from '../../db/partners.ts'
import { uuidv7 } from '../../ids.ts'
import { providers, type ProviderId } from '../../providers/index.ts'
import { fitsForm, formsOf, type CredentialEntry } from '../config/credentials.ts'
import type { SourceEntry } from '../config/sources.ts'
import { credentialText, type StoredCredential, type Value } from '../configuration.ts'
import { credentialPlace } from '../directory.ts'
import type { CredentialField } from '../config/grammar.ts'
import {
  canonical,
  differences,
  refuseUrl,
  sameTime,
  sameValue,
  settle,
  type Plan,
} from './plan.ts'
import type { SourceOwner } from './plan.ts'
import { inside, type Place } from '../config/report.ts'
import { unknownName } from '../config/wording.ts'

export function planCredentials(
  { credentials: entries, place, provider }: SourceEntry,
  stored: readonly StoredCredential[],
  own: SourceOwner,
  plan: Plan,
): void {
  const note = (action: 'left_alone' | 'removed', { name, id }: StoredCredential) =>
    plan.changes.push({ action, ...named(own, name, id) })
  if ((entries ?? stored).length === 0) {
    plan.report.warn(place, 'has no credential: no request is accepted until it has one')
  }
  if (entries === null) {
    refuseUnfit(stored, provider, place, plan)
    for (const each of stored) note('left_alone', each)
    return
  }
  const kept = new Set<string>()
  for (const entry of entries) {
    const before = stored.find(({ name }) => name === entry.name)
    if (before !== undefined) kept.add(before.id)
    planCredential(entry, before, stored, own, plan)
  }
  for (const each of stored.filter(({ id }) => !kept.has(id))) {
    note('removed', each)
    plan.writes.push((tx) => deleteCredential(tx, { partnerId: own.partnerId, id: each.id }))
  }
}

/** What is left alone must still be of use when the provider is another one. */
function refuseUnfit(
  stored: readonly StoredCredential[],
  provider: ProviderId,
  place: Place,
  { report }: Plan,
): void {
  const preset = providers[provider]
  const unfit = stored.filter(({ fields }) => !fitsForm([...fields.keys()], preset))
  if (unfit.length === 0) return
  const names = unfit.map(({ name }) => `"${name}"`).join(', ')
  const message = `does not fit the stored credential ${names}: give credentials of ${preset.name} (${formsOf(preset)})`
  report.problem(inside(place, 'provider'), message)
}

const named = ({ partner, source }: SourceOwner, name: string, id: string) =>
  ({ kind: 'credential', partner, name: `${source}/${name}`, id }) as const

function planCredential(
  entry: CredentialEntry,
  before: StoredCredential | undefined,
  stored: readonly StoredCredential[],
  own: SourceOwner,
  plan: Plan,
): void {
  const fields = settleFields(entry, before, stored, plan)
  if (fields === null) return
  const { partnerId, sourceId } = own
  const id = before?.id ?? uuidv7()
  const seal = () => plan.vault.seal(credentialText(fields), credentialPlace(id))
  const { name, validUntil } = entry
  if (before === undefined) {
    if (entry.hasEnded) {
      const at = inside(entry.place, 'valid_until')
      plan.report.warn(at, 'is in the past: this credential proves nothing')
    }
    plan.changes.push({ action: 'created', ...named(own, name, id) })
    plan.writes.push(async (tx) => {
      await insertCredential(tx, {
        partnerId,
        id,
        sourceId,
        name,
        sealed: await seal(),
        validUntil,
      })
    })
    return
  }
  const isSame = sameFields(fields, before.fields)
  const valid = sameTime(validUntil, before.validUntil)
  const detail = differences({ secret: !isSame, valid_until: !valid })
  plan.changes.push(
    detail === null
      ? { action: 'unchanged', ...named(own, name, id) }
      : { action: 'updated', ...named(own, name, id), detail },
  )
  if (detail === null) return
  plan.writes.push(async (tx) => {
    const set = isSame ? { validUntil } : { validUntil, sealed: await seal() }
    await updateCredential(tx, { partnerId, id }, set)
  })
}

/** null where one is to be kept that is not there. */
function settleFields(
  entry: CredentialEntry,
  before: StoredCredential | undefined,
  stored: readonly StoredCredential[],
  plan: Plan,
): Map<CredentialField, Value> | null {
  const settled = new Map<CredentialField, Value>()
  for (const [field, given] of entry.fields) {
    const wanted = 'stored' in given && given.stored !== true ? given.stored : entry.name
    const from = wanted === entry.name ? before : stored.find(({ name: each }) => each === wanted)
    const current = from?.fields.get(field)
    const value = settle(given, current ?? null, sameness(field))
    if (value !== undefined) {
      settled.set(field, value)
      if (field === 'jwksUrl' && value.text !== current?.text)
        refuseUrl(value.text.trim(), inside(entry.place, field), plan)
    } else {
      const known = stored.flatMap((each) => (each.fields.has(field) ? [each.name] : []))
      const message = unknownName(`stored credential with a ${field}`, wanted, known)
      plan.report.problem(inside(entry.place, field), message)
    }
  }
  return settled.size === entry.fields.size ? settled : null
}

function sameness(field: CredentialField): (a: string, b: string) => boolean {
  if (field !== 'jwks') return (a, b) => a === b
  return (a, b) => canonical(JSON.parse(a)) === canonical(JSON.parse(b))
}

function sameFields(
  a: ReadonlyMap<CredentialField, Value>,
  b: ReadonlyMap<CredentialField, Value>,
): boolean {
  if (a.size !== b.size) return false
  return [...a].every(([field, value]) => {
    const other = b.get(field)
    if (other === undefined) return false
    const isSameText = sameness(field)(value.text, other.text)
    return isSameText && sameValue({ ...value, text: other.text }, other)
  })
}
