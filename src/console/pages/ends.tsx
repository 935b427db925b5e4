// How a source or a campaign is stopped and taken up again: …/on, …/off, …/archive, …/restore, and the
// buttons that lead there.
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Answer, ShowsOne } from '../about.ts'
import { change, type Mistake } from '../change.ts'
import { smallForm } from '../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../parts.ts'
import { hrefWith } from '../ui/lists.tsx'
import type { Page, Visit } from '../visit.ts'

type Kind = 'source' | 'campaign'
type Work = Parameters<typeof change>[2]

/** What each does, by the last step of its path. */
const moves: Readonly<Record<string, (kind: Kind, id: string) => Work>> = {
  on: (kind, id) => switching(kind, id, true),
  off: (kind, id) => switching(kind, id, false),
  archive: (kind, id) => (editor, deps, editing) => editor.archiveThing(deps, editing, kind, id),
  restore: (kind, id) => (editor, deps, editing) => editor.restoreThing(deps, editing, kind, id),
}

const switching =
  (kind: Kind, id: string, enabled: boolean): Work =>
  (editor, deps, editing) =>
    kind === 'source'
      ? editor.writeSource(deps, editing, id, { enabled })
      : editor.writeCampaign(deps, editing, id, { enabled })

interface Ending<One> {
  kind: Kind
  /** Of the thing itself. */
  path: string
  idOf(one: One): string
  /** For whoever may change it. */
  about(does: ShowsOne<One>): (c: Page) => Promise<Response>
  refused(c: Page, visit: Visit, one: One, mistakes: readonly Mistake[]): Answer
}

export function addEnds<One>(
  app: Hono<ConsoleEnv>,
  parts: ConsoleParts,
  { kind, path, idOf, about, refused }: Ending<One>,
): void {
  for (const [move, workOf] of Object.entries(moves))
    app.post(
      `${path}/${move}`,
      smallForm,
      about(async (c, visit, one) => {
        const id = idOf(one)
        const done = await change(parts, visit, workOf(kind, id))
        if (!done.ok) return refused(c, visit, one, done.mistakes)
        return c.redirect(hrefWith(`${visit.base}/${kind}s/${id}`, { done: 'saved' }), 303)
      }),
    )
}

interface Says {
  label: string
  help: string
}

interface EndsProps {
  here: string
  thing: { enabled: boolean; archived_at: string | null }
  says: Record<'on' | 'off' | 'archive' | 'restore', Says>
  children?: Child
}

export function Ends({ here, thing, says, children }: EndsProps) {
  const turn = thing.enabled ? 'off' : 'on'
  const possible =
    thing.archived_at === null ? ([turn, 'archive'] as const) : (['restore'] as const)
  return (
    <section>
      {children}
      <ul class="rows">
        {possible.map((move) => (
          <li>
            <div class="help">{says[move].help}</div>
            <form method="post" action={`${here}/${move}`}>
              <button type="submit" class="quiet">
                {says[move].label}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  )
}
