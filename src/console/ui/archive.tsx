// Lists of what can be archived: what is there, or what was put away, and the way from one to the other.
import { limits } from '../../limits.ts'
import type { Page, Visit } from '../visit.ts'
import { givenIn, hrefWith, Nothing, NothingFits } from './lists.tsx'

interface ShelfOptions {
  here: string
  /** Where a new one is made. */
  add: string
  says: { archived: string; current: string; add: string; none: string; noneHelp: string }
}

/** What to ask the ledger for, what stands beside the title, and what `Listing` needs besides what was found. */
export function shelfOf(c: Page, visit: Visit, { here, add, says }: ShelfOptions) {
  const { after, archived } = givenIn(c, ['after', 'archived'])
  const isArchived = archived === 'true'
  const aside = (
    <div class="actions">
      {isArchived ? (
        <a href={here}>{says.current}</a>
      ) : (
        <a href={hrefWith(here, { archived: 'true' })}>{says.archived}</a>
      )}
      {visit.may('config:write') && (
        <a class="button" href={add}>
          {says.add}
        </a>
      )}
    </div>
  )
  const empty = isArchived ? (
    <NothingFits visit={visit} />
  ) : (
    <Nothing title={says.none} help={says.noneHelp} />
  )
  const given: Record<string, string> = isArchived ? { archived: 'true' } : {}
  return {
    wanted: { limit: limits.consoleRowsShown, after, archived: isArchived },
    aside,
    listing: { visit, here, given, after, empty },
  }
}
