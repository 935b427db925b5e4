// What a question about a partner's things found: a page of them, or a name that was not known.

/** A name in the question that is nobody's. */
type Unknown = { unknown: string }

export type Found<Item> = { items: Item[]; next: string | null } | Unknown

/** One of those that a question lists. */
export type Listed<Question extends (...given: never[]) => Promise<unknown>> = Extract<
  Awaited<ReturnType<Question>>,
  { items: unknown[] }
>['items'][number]

export const itemsOf = <Item>(found: { items: Item[] } | Unknown): Item[] =>
  'items' in found ? found.items : []
