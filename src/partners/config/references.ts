// How a config file gives a secret: as text, as `${ENV}`, `{ file: path }`, `{ stored: name }` (keep
// what the database has) or `{ text: … }`, which is never read as a variable. Where a value came
// from is kept with it, so that `export` prints the same reference. No value enters a message.
import { readFile as readFileOf } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { limits } from '../../limits.ts'

export const Origin = z.union([
  z.strictObject({ env: z.string() }),
  z.strictObject({ file: z.string() }),
])
export type Origin = z.output<typeof Origin>

/** As written. `stored: true` where there is only one that could be meant. */
export type Reference =
  { text: string } | { env: string } | { file: string } | { stored: string | true }

/** As found: the value itself, or the one to be kept. */
export type Given = { text: string; origin: Origin | null } | { stored: string | true }

const wholeVariable = /^\$\{([A-Za-z_]\w*)\}$/
const anyVariable = /\$\{[A-Za-z_]\w*\}/

const forms = 'must be text, ${VARIABLE}, { file: path } or { stored: name }'

const Mapping = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ stored: z.union([z.string().min(1), z.literal(true)]) }),
])

/** Any of the forms; `undefined` passes, so that a field may be absent. */
export const ReferenceForm = z.unknown().transform((input, context): Reference | undefined => {
  if (input === undefined) return undefined
  if (typeof input === 'string') return readText(input, context)
  const isBare = typeof input === 'number' || typeof input === 'boolean'
  const mapping = Mapping.safeParse(input)
  if (mapping.success) return mapping.data
  context.addIssue({ code: 'custom', message: isBare ? 'must be text: put it in quotes' : forms })
  return z.NEVER
})

function readText(text: string, context: z.RefinementCtx): Reference {
  const env = wholeVariable.exec(text)?.[1]
  if (env !== undefined) return { env }
  if (!anyVariable.test(text)) return { text }
  const message =
    'a variable must be the whole value; to mean this very text write { text: "…" } around it'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

export interface Surroundings {
  /** Path of the config file: references to files are relative to it. */
  file: string
  env: Readonly<Record<string, string | undefined>>
  /**
   * Absent: reads from disk. Whoever applies a file of a person who may not see this machine's
   * files and environment must pass an empty `env` and a `readFile` that rejects.
   */
  readFile?: ((path: string) => Promise<string>) | undefined
}

export type Followed = { ok: true; given: Given } | { ok: false; problem: string }

export async function follow(reference: Reference, around: Surroundings): Promise<Followed> {
  if ('stored' in reference) return { ok: true, given: reference }
  if ('text' in reference) return usable(reference.text, null, '')
  return 'env' in reference ? followVariable(reference, around) : followFile(reference, around)
}

function followVariable({ env }: { env: string }, around: Surroundings): Followed {
  const text = Object.hasOwn(around.env, env) ? around.env[env] : undefined
  if (text === undefined) {
    return { ok: false, problem: `the environment variable ${env} is not set` }
  }
  return usable(text, { env }, `the environment variable ${env} `)
}

async function followFile({ file }: { file: string }, around: Surroundings): Promise<Followed> {
  const path = resolve(dirname(around.file), file)
  try {
    const text = await (around.readFile ?? readTextFile)(path)
    return usable(text.replace(/\r?\n$/, ''), { file }, `the file ${file} `)
  } catch {
    return { ok: false, problem: `the file ${file} cannot be read as text` }
  }
}

async function readTextFile(path: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFileOf(path))
}

function usable(text: string, origin: Origin | null, whose: string): Followed {
  if (text.trim() === '') {
    return { ok: false, problem: whose === '' ? 'must not be empty' : `${whose}is empty` }
  }
  if (text.length > limits.secretCharsMax) {
    const most = `at most ${limits.secretCharsMax} characters`
    return { ok: false, problem: whose === '' ? `may have ${most}` : `${whose}may have ${most}` }
  }
  return { ok: true, given: { text, origin } }
}

/** The same value as a file gives it; `stored` is what stands for a value of unknown origin. */
export function printed(value: { text: string; origin: Origin | null }, stored: string | true) {
  if (value.origin === null) return { stored }
  return 'env' in value.origin ? `\${${value.origin.env}}` : value.origin
}

export function printedPlain(text: string): string | { text: string } {
  return anyVariable.test(text) ? { text } : text
}
