// Who changed a rule, when, and what.
import { listAuditEntries, nameEntries } from '../../../ledger/access.ts'
import { limits } from '../../../limits.ts'
import { itemsOf } from '../../found.ts'
import type { ConsoleParts } from '../../parts.ts'
import { Moment } from '../../ui/marks.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sayActor, sayChanged } from '../audit-entry.tsx'

interface HistoryProps {
  visit: Visit
  parts: ConsoleParts
  rule: { name: string; source: { name: string } }
}

export async function History({ visit, parts, rule }: HistoryProps) {
  if (!visit.may('audit:read')) return null
  const say = words[visit.language].rules
  const found = await listAuditEntries(parts.ledger, visit.asker, {
    lang: visit.language,
    subject: `rule ${rule.source.name}/${rule.name}`,
    limit: limits.historyShownMax,
  })
  const items = itemsOf(found)
  const names = await nameEntries(parts.ledger, visit.owner, items)
  return (
    <section>
      <h2>{say.history}</h2>
      {items.length === 0 && <p class="help">{say.noHistory}</p>}
      <ul class="rows">
        {items.map(({ at, actor, detail }) => (
          <li>
            <div>
              {changedIn(detail, say.did, visit)}{' '}
              <span class="help">{sayActor(actor, { names }, visit)}</span>
            </div>
            <Moment at={at} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function changedIn(
  detail: unknown,
  words: Readonly<Record<string, string>>,
  { language }: Visit,
): string {
  if (typeof detail !== 'object' || detail === null) return ''
  const { did, changed } = { did: '', changed: '', ...detail }
  const word = typeof did === 'string' && Object.hasOwn(words, did) ? words[did] : did
  const what = typeof changed === 'string' ? sayChanged(changed, language) : ''
  return [word, what].filter((text) => typeof text === 'string' && text !== '').join(': ')
}
