// `verify`: what the relay would say about recorded requests. Needs no database.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { judge } from '../inbound/judge.ts'
import { createKeySets } from '../inbound/key-sets.ts'
import { parseRecorded } from '../inbound/recorded.ts'
import type { KeySetLookup } from '../schemes/scheme.ts'
import type { Command } from './command.ts'

export const verifyCommand: Command = {
  summary: 'Judges recorded requests: authentic or not, event, email, answer.',
  usage: 'verify FILE…',
  help: `FILE is a recorded request (JSON), or a directory of them; \`-\` reads standard input.
Prints one JSON line each:
  {"authentic":true,"reason":null,"hint":null,"credential":0,
   "event":{"key":"…","type":"…","occurredAt":"…"},
   "email":{"value":"…","path":"…","trust":"signed"},"answer":{"status":200,"body":""}}
An event that waits for its provider's word, or for one that says the customer's email, has
"parked": "lookup" or "join". A request with many events has "events": [{"event":…,"email":…}] instead.

Exit: 0 all authentic, 1 some rejected, 2 a file is unusable.`,
  arguments: { min: 1, max: 10_000 },
  async run({ positionals, io }) {
    const keySets = createKeySets()
    let worst = 0
    try {
      for (const file of await expand(positionals)) {
        const line = await judgeFile(file, keySets.keySetAt)
        if ('problems' in line)
          io.note(line.problems.map((problem) => `${file}: ${problem}`).join('\n'))
        io.out(
          JSON.stringify('problems' in line ? { file, unusable: line.problems } : line.judgement),
        )
        worst = Math.max(worst, 'problems' in line ? 2 : line.judgement.authentic ? 0 : 1)
      }
    } finally {
      await keySets.close()
    }
    return worst
  },
}

async function judgeFile(file: string, keySetAt: KeySetLookup) {
  const text = await readText(file)
  if (text === undefined) return { problems: ['cannot be read'] }
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { problems: [`is not JSON: ${error instanceof Error ? error.message : ''}`] }
  }
  const parsed = parseRecorded(document)
  if (!parsed.ok) return { problems: parsed.problems }
  return { judgement: await judge(parsed.recorded, keySetAt) }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  } catch {
    return undefined
  }
}

/** A directory stands for the .json files in it, by name. */
async function expand(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const isDirectory =
      path !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (!isDirectory) files.push(path)
    else
      files.push(
        ...(await readdir(path))
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => join(path, name)),
      )
  }
  return files
}
