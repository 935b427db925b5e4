// Lists with filters that stand in the URL, and pages that follow each other.
import type { Child } from 'hono/jsx'
import { itemsOf, type Found } from '../found.ts'
import type { Standing, Page } from '../visit.ts'
import { words } from '../words.ts'
import { Empty } from './marks.tsx'

/** What is given in the query of a page, by name; what is empty is not given. */
export function givenIn<Name extends string>(
  c: Page,
  names: readonly Name[],
): { [Key in Name]?: string } {
  const given: { [Key in Name]?: string } = {}
  for (const name of names) {
    const text = (c.req.query(name) ?? '').trim()
    if (text !== '') given[name] = text
  }
  return given
}

interface FilterProps {
  visit: Standing
  action: string
  /** Of those that narrow something down now. */
  isNarrowed: boolean
  children?: Child
}

export function Filters({ visit, action, isNarrowed, children }: FilterProps) {
  const say = words[visit.language].common
  return (
    <form class="filters" method="get" action={action} role="search">
      {children}
      <div class="actions">
        <button type="submit" class="quiet">
          {say.filter}
        </button>
        {isNarrowed && <a href={action}>{say.reset}</a>}
      </div>
    </form>
  )
}

interface ChoiceProps {
  name: string
  label: string
  value: string | undefined
  options: readonly (readonly [value: string, label: string])[]
  /** What no choice is called. */
  none: string
}

export function Choice({ name, label, value, options, none }: ChoiceProps) {
  const known = value === undefined || options.some(([each]) => each === value)
  return (
    <label class="filter">
      <span>{label}</span>
      <select name={name}>
        <option value="">{none}</option>
        {!known && (
          <option value={value} selected>
            {value}
          </option>
        )}
        {options.map(([each, text]) => (
          <option value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

interface TextFilterProps {
  name: string
  label: string
  value: string | undefined
  type?: 'text' | 'email' | 'date' | 'search'
}

export function TextFilter({ name, label, value, type = 'text' }: TextFilterProps) {
  return (
    <label class="filter">
      <span>{label}</span>
      <input name={name} type={type} value={value ?? ''} maxlength={200} autocomplete="off" />
    </label>
  )
}

interface PeriodProps {
  visit: Standing
  given: { from?: string | undefined; to?: string | undefined }
}

/** Days, both of them inside. */
export function PeriodFilter({ visit, given }: PeriodProps) {
  const { from, to } = words[visit.language].common
  return (
    <>
      <TextFilter name="from" label={from} value={given.from} type="date" />
      <TextFilter name="to" label={to} value={given.to} type="date" />
    </>
  )
}

interface ListingProps<Item> {
  visit: Standing
  /** Without cursor. */
  here: string
  given: Readonly<Record<string, string | undefined>>
  after: string | undefined
  found: Found<Item>
  /** What is said where nothing was found. */
  empty: Child
  /** Above the list, whether or not something was found. */
  above?: Child
  /** Where all of it can be taken away as a file. */
  file?: string
  children(items: readonly Item[]): Child
}

/** What was found: the things, or why there are none; and the way to older ones. */
export function Listing<Item>(props: ListingProps<Item>) {
  const { visit, here, given, after, found, empty, above, file, children } = props
  const { common } = words[visit.language]
  const items = itemsOf(found)
  // A page looks at so many rows and no more: none of them may have fitted.
  const isCut = 'items' in found && found.next !== null
  return (
    <>
      {'unknown' in found && <p class="problem">{common.unknownName(found.unknown)}</p>}
      {items.length === 0 && (isCut ? <Empty>{common.searchOn}</Empty> : empty)}
      {above}
      {items.length > 0 && children(items)}
      {file !== undefined && items.length > 0 && (
        <p class="file">
          <a href={file} download="">
            {common.download}
          </a>
        </p>
      )}
      {'items' in found && (
        <Pager visit={visit} here={here} given={given} after={after} next={found.next} />
      )}
    </>
  )
}

interface NothingProps {
  title: string
  help: string
  /** What to do about it. */
  children?: Child
}

/** A place where nothing is yet. */
export const Nothing = ({ title, help, children }: NothingProps) => (
  <Empty>
    <p>
      <strong>{title}</strong>
    </p>
    <p>{help}</p>
    {children}
  </Empty>
)

/** Nothing fits what was asked for. */
export const NothingFits = ({ visit }: { visit: Standing }) => (
  <Empty>{words[visit.language].common.nothing}</Empty>
)

type PagerProps = Pick<ListingProps<unknown>, 'visit' | 'here' | 'given' | 'after'> & {
  next: string | null
}

export function Pager({ visit, here, given, after, next }: PagerProps) {
  const say = words[visit.language].common
  if (after === undefined && next === null) return null
  return (
    <nav class="pager" aria-label={say.older}>
      {after !== undefined && <a href={hrefWith(here, given)}>{say.newest}</a>}
      {next !== null && <a href={hrefWith(here, { ...given, after: next })}>{say.older}</a>}
    </nav>
  )
}

export function hrefWith(path: string, given: Readonly<Record<string, string | undefined>>) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}
