// What cannot be undone says first what it will do. Works without a script: it unfolds.
import type { Child } from 'hono/jsx'

interface ConfirmProps {
  /** What is folded away behind it. */
  label: string
  /** Whom or what it is about: several of these stand on one page. */
  about: string
  /** What will happen. */
  says: string
  action: string
  /** What the button does, as a verb. */
  button: string
  children?: Child
}

export function Confirm({ label, about, says, action, button, children }: ConfirmProps) {
  return (
    <details class="confirm">
      <summary class="button quiet" aria-label={`${label}: ${about}`}>
        {label}
      </summary>
      <form method="post" action={action}>
        <p>{says}</p>
        {children}
        <button type="submit" class="danger">
          {button}
        </button>
      </form>
    </details>
  )
}
