// The PostgreSQL of a bench: the one that comes with the relay, as the relay sets it up.
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { openEmbedded } from '../../src/db/embedded.ts'

export interface Server {
  /** As DATABASE_URL. */
  url: string
  socket: { directory: string; port: number; user: string; database: string }
  sql: postgres.Sql
  /** Of the postmaster. */
  pid: number
  close(): Promise<void>
}

export async function openServer(
  dataDir: string,
  settings: Record<string, string> = {},
): Promise<Server> {
  const embedded = await openEmbedded({ dataDir, owner: true, settings })
  const { host, port, username, database } = embedded.options
  const directory = String(host)
  const sql = postgres({ ...embedded.options, max: 2, onnotice: () => {} })
  const url = `postgres://${username}@localhost:${port}/${database}?host=${encodeURIComponent(directory)}`
  const [pid] = readFileSync(join(embedded.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')
  return {
    url,
    socket: { directory, port: Number(port), user: username, database },
    sql,
    pid: Number(pid),
    close: async () => {
      await sql.end({ timeout: 5 })
      await embedded.stop()
    },
  }
}

/**
 * A new folder that PostgreSQL can enter under an account of its own: it would keep its data elsewhere, where
 * nobody takes it away with the folder.
 */
export function openFolder(parent: string, prefix: string): string {
  const folder = mkdtempSync(join(parent, prefix))
  chmodSync(folder, 0o711)
  return folder
}
