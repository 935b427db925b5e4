// Who asks, and what of a person they get to see. Every look at a full email leaves an audit entry
// before the answer is given.
import { keyPrefix, writeAudit } from '../access/audit.ts'
import { idsOf, partnerOf } from '../db/ledger/names.ts'
import type { Owner, Reader } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { foldedAddress, maskEmail, normaliseEmail } from '../rules/email.ts'
import { emailKey } from '../vault.ts'

export interface Ledger {
  /** Where questions are asked; perhaps a replica, which takes no change. */
  orm: Orm
  /** For what is written about a question: audit entries. */
  changes: Orm
  /** Key of the hash under which people are looked up. */
  pepper: Buffer
}

export interface Asker {
  /** The partner whose rows may be seen; null: an operator. */
  owner: Owner
  /** For the audit. */
  actor: string
  /** Full emails instead of masked ones. */
  reveal: boolean
}

export interface Person {
  partner: { id: string }
  emailKey: Buffer
  email: string | null
}

/** As this asker may see it; null where the person was erased. */
export function emailFor({ reveal }: { reveal: boolean }, email: string | null): string | null {
  return email === null || reveal ? email : maskEmail(email)
}

/** Call it with everybody whose email is about to be shown. */
export async function auditReveal(
  { changes }: Ledger,
  { reveal, actor }: Asker,
  people: readonly Person[],
): Promise<void> {
  if (!reveal) return
  const shown = people.filter(({ email }) => email !== null)
  const each = new Map(shown.map((one) => [one.partner.id + keyPrefix(one.emailKey), one]))
  await writeAudit(
    changes,
    ...[...each.values()].map(({ partner, emailKey }) => ({
      partnerId: partner.id,
      actor,
      action: 'person.revealed' as const,
      subject: keyPrefix(emailKey),
    })),
  )
}

/** The keys of a person; null: this is no address. */
export function keysOf({ pepper }: Pick<Ledger, 'pepper'>, email: string) {
  const normalised = normaliseEmail(email)
  if (!normalised.ok) return null
  const { address } = normalised.email
  return {
    address,
    key: emailKey(pepper, address),
    folded: emailKey(pepper, foldedAddress(address)),
  }
}

/** What a question may name instead of giving ids. */
export interface Mentions {
  partner?: string | undefined
  source?: string | undefined
  campaign?: string | undefined
  rule?: string | undefined
}

export interface Unknown {
  unknown: keyof Mentions
}

export interface Meant {
  owner: Owner
  sourceIds?: readonly string[]
  campaignIds?: readonly string[]
  ruleIds?: readonly string[]
}

/** What is meant by the names; a name that is nobody's is a mistake and not an empty answer. */
export async function find(
  tx: Reader,
  asking: Owner,
  mentions: Mentions,
): Promise<Meant | Unknown> {
  const { partner } = mentions
  const owner = partner === undefined ? asking : await partnerOf(tx, asking, partner)
  if (owner === undefined) return { unknown: 'partner' }
  const meant: Meant = { owner }
  for (const [named, key] of namedThings) {
    const name = mentions[named]
    if (name === undefined) continue
    const ids = await idsOf(tx, owner, named, name)
    if (ids.length === 0) return { unknown: named }
    meant[key] = ids
  }
  return meant
}

const namedThings = [
  ['source', 'sourceIds'],
  ['campaign', 'campaignIds'],
  ['rule', 'ruleIds'],
] as const
