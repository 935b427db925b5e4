// A client of the API as a generator makes it of our own document: written, checked by the compiler,
// compiled and loaded.
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)
const house = join(import.meta.dirname, '..', '..')

const Client = z.record(z.string(), z.unknown())
export type Operation = (...args: readonly unknown[]) => Promise<unknown>

/** Rejects with what the compiler says where the client does not compile. */
export async function generateClient(document: string): Promise<ReadonlyMap<string, Operation>> {
  const folder = join(house, 'node_modules', '.cache', `api-client-${process.pid}`)
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(join(folder, 'openapi.json'), document)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const bin = (name: string) => join(house, 'node_modules', '.bin', name)
    await run(bin('oazapfts'), ['openapi.json', 'client.ts'], { cwd: folder })
    const strict = [
      '--ignoreConfig',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2022',
      '--types',
      'node',
    ]
    await run(bin('tsc'), ['client.ts', ...strict, '--module', 'nodenext'], { cwd: folder })
    const client = Client.parse({
      ...(await import(pathToFileURL(join(folder, 'client.js')).href)),
    })
    const operations = Object.entries(client).filter(
      (entry): entry is [string, Operation] => typeof entry[1] === 'function',
    )
    return new Map(operations)
  } finally {
    await rm(folder, { recursive: true })
  }
}
