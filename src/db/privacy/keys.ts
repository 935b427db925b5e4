// Keys of events in which an erased person's address stands: a keyed hash takes their place, by which the event is still
// known when it is delivered once more.
import type { Statements } from '../open.ts'

type Hide = (eventKey: string) => string

interface Whose {
  partnerId: string
  folded: string | null
  spellings: readonly string[]
}

/** Keys that were read a moment ago, and nothing else of their events; how many there still were. */
export async function hideKeys(
  tx: Statements,
  partnerId: string,
  keys: readonly { id: string; key: string }[],
  hide: Hide,
): Promise<number> {
  const rows = await tx.unsafe(
    `update events e set event_key = ${unlessTaken}
    from unnest($2::uuid[], $3::text[], $4::text[]) as h(id, was, key)
    where e.partner_id = $1::uuid and e.id = h.id and e.event_key = h.was returning 1`,
    [
      partnerId,
      keys.map(({ id }) => id),
      keys.map(({ key }) => key),
      keys.map(({ key }) => hide(key)),
    ],
  )
  return rows.length
}

/** The same event may have been recorded once more under its hidden key, see lookups/park.ts. */
export const unlessTaken = `case
  when exists (select from events o where o.source_id = e.source_id and o.event_key = h.key) then 'erased ' || e.id
  else h.key end`

/**
 * What a key becomes in which the address stands: by it the same event is known when it is delivered once more,
 * which may have happened already (see lookups/park.ts).
 */
export async function hiddenKeys(
  tx: Statements,
  { partnerId, folded, spellings }: Whose,
  ids: readonly string[],
  hide: Hide,
): Promise<ReadonlyMap<string, string>> {
  if (folded === null) return new Map()
  const rows = await tx.unsafe<{ id: string; key: string }[]>(
    `select id, event_key as key from events where partner_id = $1::uuid and id = any($2::uuid[])
      and exists (select from unnest($3::text[]) s where position(s in lower(event_key)) > 0)`,
    [partnerId, [...ids], [folded, ...spellings]],
  )
  return new Map(rows.map(({ id, key }) => [id, hide(key)]))
}
