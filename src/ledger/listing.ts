// A page of a list that names partners and sources instead of ids: what is meant is found, the page is
// read, all from one snapshot.
import type { Page } from '../db/ledger/page.ts'
import { reading, type Reader } from '../db/ledger/reading.ts'
import { find, type Asker, type Ledger, type Meant, type Mentions, type Unknown } from './asking.ts'

export type Questions = Pick<Ledger, 'orm'>
export type Asking = Pick<Asker, 'owner'>
export type Listed<View> = Promise<{ items: View[]; next: string | null } | Unknown>

export async function list<Row, View>(
  { orm }: Questions,
  { owner }: Asking,
  mentions: Mentions,
  pageOf: (tx: Reader, meant: Meant) => Promise<Page<Row>>,
  view: (row: Row) => View,
): Listed<View> {
  const page = await reading(orm, owner, async (tx) => {
    const meant = await find(tx, owner, mentions)
    return 'unknown' in meant ? meant : pageOf(tx, meant)
  })
  return 'unknown' in page ? page : { items: page.rows.map(view), next: page.next }
}
