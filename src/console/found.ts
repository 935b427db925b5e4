// What a question about a partner's things found: a page of them, or a question nothing can be found for.

/** A name in the question is nobody's, or an address is none. */
type Unanswered = { unknown: string } | { unusable: string }

export type Found<Item> = { items: Item[]; next: string | null } | Unanswered

/** One of those that a question lists. */
export type Listed<Question extends (...given: never[]) => Promise<unknown>> = Extract<
  Awaited<ReturnType<Question>>,
  { items: unknown[] }
>['items'][number]

export const itemsOf = <Item>(found: { items: Item[] } | Unanswered): Item[] =>
  'items' in found ? found.items : []
