// A payload as a tree, in which addresses are marked. Names and values are text, whatever stands in them.
import type { Child } from 'hono/jsx'
import { trustAt, type ReadEvent } from '../../inbound/event.ts'
import type { JsonValue } from '../../json.ts'
import { limits } from '../../limits.ts'
import { maskEmail, normaliseEmail } from '../../rules/email.ts'
import { normalizedStep } from '../../rules/path-text.ts'
import type { Trust } from '../../schemes/scheme.ts'

export interface TreeProps {
  event: Pick<ReadEvent, 'value' | 'trust' | 'regions'>
  reveal: boolean
  /** What stands beside a value that nobody proved. */
  unsigned: string
  /** “… 120 more”. */
  more(count: number): string
  /** Makes a leaf something to click: gets its normalized path. */
  pick?: ((path: string, shown: Child, isEmail: boolean) => Child) | undefined
}

export function Tree({ event, ...props }: TreeProps) {
  return (
    <div class="tree">
      <ul>
        <Members {...props} event={event} value={event.value} path="$" depth={0} />
      </ul>
    </div>
  )
}

interface NodeProps extends TreeProps {
  value: JsonValue
  path: string
  depth: number
}

function Members({ value, path, ...rest }: NodeProps) {
  const members: [string | number, JsonValue][] = Array.isArray(value)
    ? value.map((item, index): [number, JsonValue] => [index, item])
    : value !== null && typeof value === 'object'
      ? Object.entries(value)
      : []
  const shown = members.slice(0, limits.treeMembersShownMax)
  return (
    <>
      {shown.map(([step, member]) => (
        <li>
          <Member {...rest} step={step} value={member} path={path + normalizedStep(step)} />
        </li>
      ))}
      {members.length > shown.length && <li>{rest.more(members.length - shown.length)}</li>}
    </>
  )
}

function Member({ step, value, path, depth, ...rest }: NodeProps & { step: string | number }) {
  const name = (
    <span class="name">{typeof step === 'number' ? step : shownName(step, rest.reveal)}</span>
  )
  if (value === null || typeof value !== 'object')
    return (
      <>
        {name}
        <Leaf {...rest} value={value} path={path} />
      </>
    )
  const count = Array.isArray(value) ? value.length : Object.keys(value).length
  const brackets = Array.isArray(value) ? `[${count}]` : `{${count}}`
  if (count === 0 || depth >= limits.treeDepthShownMax)
    return (
      <>
        {name}
        {brackets}
      </>
    )
  return (
    <details open={depth < 4}>
      <summary>
        {name}
        {brackets}
      </summary>
      <ul>
        <Members {...rest} value={value} path={path} depth={depth + 1} />
      </ul>
    </details>
  )
}

type Scalar = string | number | boolean | null

function Leaf(
  props: Omit<TreeProps, 'event'> & { event: TreeProps['event']; value: Scalar; path: string },
) {
  const { event, value, path, reveal, unsigned, pick } = props
  const isEmail = normaliseEmail(value).ok
  const kind = isEmail ? 'email' : typeof value === 'string' ? 'text' : 'number'
  const shown = <span class={kind}>{textOf(value, reveal)}</span>
  const trust: Trust = trustAt(event, path)
  return (
    <>
      {pick === undefined ? shown : pick(path, shown, isEmail)}
      {trust === 'unsigned' && event.trust !== 'unsigned' && (
        <>
          {' '}
          <span class="unsigned">{unsigned}</span>
        </>
      )}
    </>
  )
}

function textOf(value: Scalar, reveal: boolean): string {
  if (typeof value !== 'string') return String(value)
  const short =
    value.length > limits.treeTextShownChars
      ? `${value.slice(0, limits.treeTextShownChars)}…`.toWellFormed()
      : value
  return JSON.stringify(reveal ? short : withoutAddresses(short))
}

const shownName = (name: string, reveal: boolean) => (reveal ? name : withoutAddresses(name))

/** Every address inside a text is masked, as lists mask it. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"',;:()[\]]{1,128}(?:@|%40)[^\s<>"',;:()[\]]{1,253}/gi, (found) =>
    maskEmail(found.replace(/%40/i, '@')),
  )
}
