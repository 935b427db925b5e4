// A refused request as far as a sample of it was kept, diagnosed anew with the credentials of now: those of
// the source, those that have ended, and those of the partner's other sources.
import { createKeySets } from '../inbound/key-sets.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { ActiveSource } from '../partners/directory.ts'
import { validCredentials } from '../partners/directory.ts'
import { reasons, type Reason } from '../schemes/reasons.ts'
import type { Finding } from './causes.ts'
import { diagnose, type OtherCredential } from './diagnose.ts'

export interface Refused {
  /** Unix milliseconds. */
  at: number
  method: string
  headers: Readonly<Record<string, string[]>>
  /** What was kept of it. */
  body: Buffer
  bodyBytes: number
  ip: string | null
  /** As the provider was given it; what was added to it is not kept. */
  url: string
  /** Why it was refused when it came. */
  reason: string
}

/** Nothing where too little was kept to try anything. */
export async function diagnoseRefused(
  outgoing: Outgoing,
  source: ActiveSource,
  others: readonly ActiveSource[],
  { at, method, headers, body, bodyBytes, ip, url, reason }: Refused,
): Promise<Finding[]> {
  if (body.length < bodyBytes) return []
  const keySets = createKeySets({ outgoing })
  const { provider, proof, settings } = source
  const credentials = validCredentials(source, at)
  const request = {
    method,
    url,
    headers: new Map(Object.entries(headers)),
    body,
    ...(ip !== null && { ip }),
  }
  try {
    return await diagnose(
      { provider, proof, settings, credentials, request, now: at },
      {
        keySetAt: keySets.keySetAt,
        others: othersOf(source, others, at),
        ...(isReason(reason) && { noted: reason }),
      },
    )
  } finally {
    await keySets.close()
  }
}

const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text)

function othersOf(
  source: ActiveSource,
  others: readonly ActiveSource[],
  at: number,
): OtherCredential[] {
  const ended = source.credentials
    .filter(({ validUntil }) => validUntil !== null && validUntil <= at)
    .map(({ credential }) => ({ name: source.name, credential }))
  const elsewhere = others
    .filter(({ id, providerId }) => id !== source.id && providerId === source.providerId)
    .flatMap(({ name, credentials }) => credentials.map(({ credential }) => ({ name, credential })))
  return [...ended, ...elsewhere]
}
