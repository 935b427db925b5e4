// What is known of a thing, name beside value.
import type { Child } from 'hono/jsx'

/** `false`: there is nothing to say. */
export type Fact = readonly [name: Child, value: Child] | false

export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts
      .filter((fact) => fact !== false)
      .map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
  </dl>
)

interface HeadersProps {
  headers: Readonly<Record<string, readonly string[]>>
  label: string
}

/** Of a request that came in. */
export const Headers = ({ headers, label }: HeadersProps) => (
  <details class="more">
    <summary>{label}</summary>
    <dl class="facts">
      {Object.entries(headers).map(([name, values]) => (
        <>
          <dt>
            <code>{name}</code>
          </dt>
          <dd class="mono">{values.join(', ')}</dd>
        </>
      ))}
    </dl>
  </details>
)
