// Where the relay may be sent on a partner's word, and which places are the operator's own choice.
import type { Config } from '../config.ts'
import type { Range } from '../schemes/ip.ts'
import { readUrl, type GuardOptions } from './guard.ts'
import type { UrlRefusal } from './refusals.ts'

export interface Outgoing {
  /** Networks of the operator's own: on any port, and without TLS. */
  allowed: readonly Range[]
  /** The operator says that grants go there: the guard is not asked. */
  isChosen(url: URL): boolean
  /** For names; without it, this machine's. */
  resolve?: GuardOptions['resolve']
}

/** `ownUrl`: where this relay listens, as this machine reaches it; '' until it does. */
export function createOutgoing(
  { outgoingAllowed, moabUrl }: Pick<Config, 'outgoingAllowed' | 'moabUrl'>,
  ownUrl: () => string,
): Outgoing {
  const moab = new URL(moabUrl).origin
  return {
    allowed: outgoingAllowed,
    // Of this relay nothing but its sandbox: the rest is for whoever can reach it anyway.
    isChosen: ({ origin, pathname }) =>
      origin === moab ||
      origin === documentedOrigin ||
      (pathname.startsWith('/sandbox/') && origin === ownUrl()),
  }
}

/** Plain http, as MOAB documents it. */
const documentedOrigin = 'http://tools.moab.pro'

/** Of a URL as somebody enters it; null: nothing speaks against it yet. */
export function refusalOf(text: string, { allowed }: Outgoing): UrlRefusal | null {
  const read = readUrl(text, allowed)
  return read.ok ? null : read.reason
}
