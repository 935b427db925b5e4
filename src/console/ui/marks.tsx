// Small things that stand in many pages: a state, a moment, what can be copied, what needs care.
import type { Child } from 'hono/jsx'
import type { FateWord } from '../../ledger/words.ts'
import { distanceIn, exactMomentIn, momentIn } from '../moments.ts'
import type { Standing } from '../visit.ts'
import { words } from '../words.ts'

export type Tone = 'good' | 'wait' | 'care' | 'bad' | 'none'

/** How each fate looks: done, under way, needs a look, refused, nothing to do. */
export const fateTones = {
  granted: 'good',
  already_known: 'good',
  queued: 'wait',
  sending: 'wait',
  parked: 'wait',
  held: 'care',
  attention: 'bad',
  refused: 'bad',
  unreadable: 'bad',
  unmatched: 'none',
  test: 'none',
  suppressed: 'none',
} as const satisfies Record<FateWord, Tone>

export const Mark = ({ tone, children }: { tone: Tone; children?: Child }) => (
  <span class={`state ${tone}`}>{children}</span>
)

export const Fate = ({ word, visit }: { word: FateWord; visit: Standing }) => (
  <Mark tone={fateTones[word]}>{words[visit.language].fates[word]}</Mark>
)

export const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** In the reader's zone; the exact one on hover. */
export function Moment({ at, visit }: { at: string | Date; visit: Standing }) {
  const date = new Date(at)
  const { language, timeZone } = visit
  return (
    <time datetime={date.toISOString()} title={exactMomentIn(language, date, timeZone)}>
      {momentIn(language, date, timeZone)}
    </time>
  )
}

/** How long ago, or until then. */
export function Ago({ at, visit, now }: { at: string | Date; visit: Standing; now: number }) {
  const date = new Date(at)
  const { language, timeZone } = visit
  return (
    <time datetime={date.toISOString()} title={exactMomentIn(language, date, timeZone)}>
      {distanceIn(language, date, new Date(now))}
    </time>
  )
}

/** A text that is to be taken elsewhere. The button is there only where a script can copy. */
export function Copyable({ text, visit, label }: { text: string; visit: Standing; label: string }) {
  const say = words[visit.language].common
  return (
    <div class="copyable">
      <input type="text" readonly value={text} aria-label={label} />
      <button type="button" class="quiet" data-copy={text} data-copied={say.copied} hidden>
        {say.copy}
      </button>
    </div>
  )
}

export const Empty = ({ children }: { children?: Child }) => <div class="empty">{children}</div>

export const Told = ({ children }: { children?: Child }) => (
  <p class="done" role="status">
    {children}
  </p>
)

/** What went otherwise than asked. */
export const Alert = ({ children }: { children?: Child }) => (
  <p class="problem" role="alert">
    {children}
  </p>
)

interface CopyTextProps {
  id: string
  text: string
  visit: Standing
}

/** A text of several lines that is to be taken elsewhere. */
export function CopyText({ id, text, visit }: CopyTextProps) {
  const say = words[visit.language].common
  return (
    <>
      <pre class="bytes" id={id} tabindex={0}>
        {text}
      </pre>
      <button
        type="button"
        class="quiet"
        data-copy=""
        data-copy-from={id}
        data-copied={say.copied}
        hidden
      >
        {say.copy}
      </button>
    </>
  )
}

interface RevealProps {
  visit: Standing
  here: string
  /** Null: there is no address to see. */
  email: string | null
}

/** Leads to the same page with the full address, which is noted. */
export function Reveal({ visit, here, email }: RevealProps) {
  const say = words[visit.language].common
  if (email === null || visit.asker.reveal || !visit.may('people:reveal')) return null
  return (
    <a class="button quiet" href={`${here}?reveal=true`} title={say.revealHelp}>
      {say.reveal}
    </a>
  )
}
