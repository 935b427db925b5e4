// A page of a list that names partners and sources instead of ids: what is meant is found, the page is
// read, all from one snapshot.
import type { Page, PageWanted } from '../db/ledger/page.ts'
import { narrow, reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import { versionOf, type Versioned } from '../db/ledger/versions.ts'
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

export interface Versed<View> {
  view: View
  version: string
}

/** One thing, with the version that whoever changes it may name as the one they saw. */
export const one =
  <Row extends { partner: { id: string } }, View>(
    kind: Versioned,
    pageOf: (tx: Reader, owner: Owner, wanted: PageWanted & { id: string }) => Promise<Page<Row>>,
    view: (row: Row) => View,
  ) =>
  ({ orm }: Questions, { owner }: Asking, id: string): Promise<Versed<View> | undefined> =>
    reading(orm, owner, async (tx) => {
      const [row] = (await pageOf(tx, owner, { id, limit: 1 })).rows
      if (row === undefined) return undefined
      await narrow(tx, row.partner.id)
      return { view: view(row), version: await versionOf(tx, kind, row.partner.id, id) }
    })
