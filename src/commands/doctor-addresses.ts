// What `doctor` says of the addresses that partners have written down. What is saved is judged then; but
// names move, the operator's networks change, and older releases took more.
import type { Config } from '../config.ts'
import { listCampaignUrls, listSourceKeys } from '../db/names.ts'
import type { Installation } from '../installation.ts'
import { limits } from '../limits.ts'
import { reachedAt } from '../listen.ts'
import { inTime } from '../outgoing/connector.ts'
import { createGuard, placeOf, webPorts } from '../outgoing/guard.ts'
import { createOutgoing, refusalOf, type Outgoing } from '../outgoing/outgoing.ts'
import { refusals } from '../outgoing/refusals.ts'
import { createDirectory } from '../partners/directory.ts'
import type { Language } from './command.ts'
import { doctorWords, type DoctorWords } from './doctor-words.ts'

export interface Finding {
  what: string
  well: boolean | 'warn'
  says: string
}

/** Of campaigns and key sets, where the relay would not go, or not now; channels of notices have an alarm. */
export async function examineAddresses(
  installation: Installation,
  config: Config,
  language: Language,
): Promise<Finding[]> {
  const say = doctorWords[language]
  const outgoing = createOutgoing(config, () => reachedAt(config))
  const written = [
    ...(await campaignUrls(installation, say)),
    ...(await keySetUrls(installation, say)),
  ]
  const judged = await Promise.all(
    written.map(async ({ what, url }) => {
      const refusal = await refusalNow(url, outgoing)
      if (refusal === null) return []
      return [{ what, well: false, says: say.notReached(hostOf(url), refusals[refusal][language]) }]
    }),
  )
  const bad = judged.flat()
  if (bad.length > 0 || written.length === 0) return bad
  return [{ what: say.addresses, well: true, says: say.allReached(written.length) }]
}

interface Written {
  what: string
  url: string
}

async function campaignUrls({ db }: Installation, say: DoctorWords): Promise<Written[]> {
  const rows = await listCampaignUrls(db.orm)
  return rows.map(({ partner, campaign, url }) => ({
    what: say.campaign(`${partner}/${campaign}`),
    url,
  }))
}

async function keySetUrls({ db, vault }: Installation, say: DoctorWords): Promise<Written[]> {
  const directory = createDirectory(db.orm, vault)
  const sources = await Promise.all(
    (await listSourceKeys(db.orm)).map(async ({ partner, source: name }) => {
      const source = await directory.sourceByName(partner, name)
      if (source === undefined || 'broken' in source) return []
      return source.credentials.flatMap(({ credential: { jwksUrl } }) =>
        jwksUrl === undefined ? [] : [{ what: say.source(`${partner}/${name}`), url: jwksUrl }],
      )
    }),
  )
  return sources.flat()
}

/** As a connection would be judged at this moment. A name that does not resolve in time says nothing. */
async function refusalNow(text: string, outgoing: Outgoing) {
  if (URL.canParse(text) && outgoing.isChosen(new URL(text))) return null
  const refusal = refusalOf(text, outgoing)
  if (refusal !== null) return refusal
  const { allowed, resolve } = outgoing
  const guard = createGuard({ allowed, ports: webPorts, ...(resolve && { resolve }) })
  const late = AbortSignal.timeout(limits.moabConnectMs)
  const judged = await inTime(guard(placeOf(new URL(text))), late)
  return judged === 'timeout' || judged.ok ? null : judged.reason
}

/** A path or a query may hold a secret. */
const hostOf = (text: string) => (URL.canParse(text) ? new URL(text).host : undefined)
