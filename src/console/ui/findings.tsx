// Why a request was refused, and what to do: tried anew with the credentials of now.
import { rejectionForDiagnosis } from '../../db/ledger/rejections.ts'
import { reading } from '../../db/ledger/reading.ts'
import type { Finding } from '../../diagnosis/causes.ts'
import { diagnoseRefused } from '../../diagnosis/refused.ts'
import { listSources } from '../../ledger/setup.ts'
import { limits } from '../../limits.ts'
import type { ActiveSource } from '../../partners/directory.ts'
import { pathIfOpen } from '../../partners/source-url.ts'
import { itemsOf } from '../found.ts'
import { outside, type ConsoleParts } from '../parts.ts'
import type { Page, Visit } from '../visit.ts'
import { words } from '../words.ts'
import { upper } from './marks.tsx'

interface Refused {
  id: string
  source: { id: string }
  reason: string
}

export async function findingsOf(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  { id, source: { id: sourceId }, reason }: Refused,
): Promise<Finding[]> {
  const { partner } = visit
  const kept = await reading(parts.ledger.orm, partner.id, (tx) =>
    rejectionForDiagnosis(tx, partner.id, id),
  )
  const source = await parts.history.sourceById(partner.id, sourceId)
  if (kept === undefined || source === undefined || 'broken' in source) return []
  const others = await sourcesAlike(visit, parts, source)
  const path = (await pathIfOpen(parts, partner.id, sourceId)) ?? ''
  return diagnoseRefused(parts.outgoing, source, others, {
    ...kept,
    at: kept.at.getTime(),
    reason,
    url: outside(c, parts) + path,
  })
}

/** The partner's others of the same provider: a request is often signed with a secret of one of them. */
async function sourcesAlike(
  { partner, asker }: Visit,
  { history, ledger }: ConsoleParts,
  { id, providerId }: ActiveSource,
): Promise<ActiveSource[]> {
  const listed = itemsOf(await listSources(ledger, asker, { limit: limits.choicesShownMax }))
  const alike = listed
    .filter((each) => each.provider === providerId && each.id !== id)
    .slice(0, limits.sourcesTriedMax)
  const read = await Promise.all(alike.map(async (each) => history.sourceById(partner.id, each.id)))
  return read.filter((each): each is ActiveSource => each !== undefined && !('broken' in each))
}

interface FindingsProps {
  findings: readonly Finding[]
  visit: Visit
  /** What was noted when it was refused. */
  hint: string
}

/** What is certain first; without a diagnosis the hint. */
export function Findings({ findings, visit, hint }: FindingsProps) {
  const { language } = visit
  const say = words[language].sources.rejections
  if (findings.length === 0) return <p>{language === 'en' ? upper(hint) : say.unexplained}</p>
  return (
    <ul class="needs">
      {findings.map(({ text, certain }) => (
        <li>
          <div>
            {text[language]}
            {!certain && <span class="help"> ({say.likely})</span>}
          </div>
        </li>
      ))}
    </ul>
  )
}
