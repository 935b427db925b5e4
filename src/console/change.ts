// A change of the set-up, asked for by a form: made as the API makes it, and its refusals in the reader's
// words, each with the field it is about.
import type { Change } from '../partners/changes.ts'
import type { ApplyDeps } from '../partners/apply.ts'
import type { Edited } from '../partners/editing.ts'
import type { Editing } from '../partners/editing/edit.ts'
import type { ConsoleParts } from './parts.ts'
import type { Visit } from './visit.ts'
import { words } from './words.ts'
import { sayMistake } from '../partners/mistakes.ts'

/** A field by its first name in what was given; '' for the whole. */
export interface Mistake {
  field: string
  /** What in that field: the name of a setting. */
  within?: string
  says: string
}

export type Changed = { ok: true; changes: Change[] } | { ok: false; mistakes: Mistake[] }

type Editor = typeof import('../partners/editing.ts')

export async function change(
  { orm, vault, now, outgoing }: ConsoleParts,
  { partner, actor, language }: Visit,
  work: (editor: Editor, deps: ApplyDeps, editing: Editing) => Promise<Edited>,
): Promise<Changed> {
  // Reading YAML is much code, and a start does without.
  const editor = await import('../partners/editing.ts')
  const edited = await work(editor, { orm, vault, now, outgoing }, { partnerId: partner.id, actor })
  if (edited.ok) return { ok: true, changes: edited.changes }
  const { common } = words[language]
  if ('mistakes' in edited)
    return {
      ok: false,
      mistakes: edited.mistakes.map(({ pointer, message }) => {
        const [, field = '', within] = pointer.split('/')
        const says = sayMistake(message, language)
        return { field, says, ...(within !== undefined && { within }) }
      }),
    }
  if ('conflict' in edited)
    return { ok: false, mistakes: [{ field: '', says: sayMistake(edited.conflict, language) }] }
  return {
    ok: false,
    mistakes: [{ field: '', says: 'stale' in edited ? common.stale : common.gone }],
  }
}

/** The id of what was made. */
export const idMade = (changed: Changed, kind: Change['kind']): string | undefined =>
  changed.ok
    ? changed.changes.find((each) => each.kind === kind && each.action === 'created')?.id
    : undefined
