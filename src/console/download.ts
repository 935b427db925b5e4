// A list as a file: everything that fits, for a spreadsheet. Audited, with its filters.
import type { ExportedName } from '../db/ledger/exports.ts'
import type { ExportFilters } from '../ledger/exports.ts'
import type { ConsoleParts } from './parts.ts'
import type { Page, Visit } from './visit.ts'
import { words } from './words.ts'

export async function download<What extends ExportedName>(
  c: Page,
  { openExport }: ConsoleParts,
  { asker, language }: Visit,
  { what, filters }: { what: What; filters: ExportFilters[What] },
): Promise<Response> {
  const { common } = words[language]
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${what}.csv"`,
    'Cache-Control': 'no-store',
  }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const stream = await openExport(asker, { what, filters, format: 'csv', bom: true })
  if (stream === 'busy') return c.text(common.busy, 503, { 'Retry-After': '10' })
  if (!(stream instanceof ReadableStream)) return c.text(common.nothing, 404)
  return c.body(stream, 200, headers)
}
