// A draft becomes a rule, or what it is a draft of is changed.
import { change, type Changed } from '../../change.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { definitionOf, type Draft } from './draft.ts'

/** `ruleId` undefined: a new one, the last of its source. */
export async function saveDraft(
  parts: ConsoleParts,
  visit: Visit,
  sourceId: string,
  ruleId: string | undefined,
  draft: Draft,
): Promise<Changed> {
  const definition = definitionOf(draft)
  if (definition === undefined)
    return { ok: false, mistakes: [{ field: 'when', says: words[visit.language].rules.notJson }] }
  const { name, campaign, enabled } = draft
  // What is taken away is said as such: the rest of a rule that is there stays.
  const cleared = { when: null, unsigned_email: null }
  const fields = {
    ...(ruleId === undefined ? {} : cleared),
    ...definition,
    ...(name !== '' && { name }),
    campaign,
    enabled,
  }
  return change(parts, visit, (editor, deps, editing) =>
    editor.writeRule(
      deps,
      editing,
      ruleId === undefined ? { source: sourceId } : { rule: ruleId },
      { fields },
    ),
  )
}
