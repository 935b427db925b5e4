// Filters that are rarely needed, folded away until one of them narrows something down.
import { reasonChoices } from '../../ledger/words.ts'
import type { Visit } from '../visit.ts'
import { words } from '../words.ts'
import { Choice } from './lists.tsx'

interface RareFiltersProps {
  of: 'events' | 'grants'
  visit: Visit
  given: { rule?: string | undefined; reason?: string | undefined }
  /** By their id. */
  rules: readonly (readonly [id: string, label: string])[]
}

export function RareFilters({ of, visit, given: { rule, reason }, rules }: RareFiltersProps) {
  const { common, events: say } = words[visit.language]
  const reasons = reasonChoices(of, visit.language)
  return (
    <details class="further" open={(rule ?? reason) !== undefined}>
      <summary>{common.moreFilters}</summary>
      <div class="filters">
        <Choice name="rule" label={say.rule} value={rule} options={rules} none={say.any} />
        <Choice name="reason" label={say.reason} value={reason} options={reasons} none={say.any} />
      </div>
    </details>
  )
}
