// From a provider and a source's settings to the proof its requests must give. Settings come from
// people: every mistake is a sentence for them, and the value itself is never repeated, since a
// secret pasted into the wrong field must not end up in a message.
import { Proof } from '../schemes/proof.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Settings } from '../schemes/scheme.ts'
import { compilePath, PathError } from '../rules/path.ts'
import type { Provider, Setting } from './provider.ts'

export type Resolved = { ok: true; proof: CheckedProof } | { ok: false; problem: string }

/** What a scheme reads by itself, whichever the provider: the public URL and the tolerance. */
const everywhere: ReadonlySet<string> = new Set(['url', 'tolerance'])

export function resolveProof(provider: Provider, settings: Settings): Resolved {
  const problems = settingProblems(provider, settings)
  if (problems.length > 0) return { ok: false, problem: problems.join('; ') }
  const filled = fill(provider.proof, (name) => settingValue(provider, settings, name))
  const checked = Proof.safeParse(filled)
  if (!checked.success) {
    const messages = checked.error.issues.map(({ message }) => message)
    return { ok: false, problem: `these settings do not fit together: ${messages.join('; ')}` }
  }
  const unsigned = templateIsChosen(provider.proof) && leaves(checked.data).some(leavesBodyUnsigned)
  if (unsigned) return { ok: false, problem: 'the body must be signed: {body} is missing' }
  return { ok: true, proof: checked.data }
}

/** The setting as given, else its default; undefined where neither is there. */
export function settingValue(
  provider: Provider,
  settings: Settings,
  name: string,
): string | undefined {
  const known = provider.settings
  const setting = known && Object.hasOwn(known, name) ? known[name] : undefined
  if (setting === undefined) return undefined
  const given = Object.hasOwn(settings, name) ? settings[name] : undefined
  return given === undefined || isLeftEmpty(setting, given) ? setting.default : given
}

/** Each scheme of a proof by itself. */
export function leaves(proof: CheckedProof) {
  if (proof.scheme === 'any') return proof.of
  return proof.scheme === 'all' ? [...proof.of, ...proof.ifGiven] : [proof]
}

/** An empty text field says "no text" where text is free and has a default, else "not filled in". */
function isLeftEmpty({ form, allowed, default: preset }: Setting, value: string): boolean {
  if (value.trim() !== '') return false
  return form !== undefined || allowed !== undefined || preset === undefined
}

function settingProblems(provider: Provider, settings: Settings): string[] {
  const known = provider.settings ?? {}
  const unknown = Object.keys(settings).filter(
    (name) => !everywhere.has(name) && !Object.hasOwn(known, name),
  )
  const wrong = Object.entries(known).flatMap(([name, setting]) => {
    const problem = valueProblem(setting, settingValue(provider, settings, name))
    return problem === null ? [] : [`setting "${name}": ${problem}`]
  })
  return [...unknown.map((name) => `setting "${name.slice(0, 40)}" is unknown here`), ...wrong]
}

function valueProblem(setting: Setting, value: string | undefined): string | null {
  if (value === undefined) return setting.required ? 'is required' : null
  if (setting.allowed && !setting.allowed.includes(value)) {
    return `must be one of ${setting.allowed.join(', ')}`
  }
  if (setting.form === 'header' && !/^[\w!#$%&'*+.^`|~-]+$/.test(value)) {
    return 'must be the name of a header'
  }
  if (setting.form === 'url' && !isHttps(value)) return 'must be a URL that starts with https://'
  return setting.form === 'path' ? pathProblem(value) : null
}

/** http only to this very machine. */
function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.0\.0\.1)$/.test(hostname))
  )
}

function pathProblem(text: string): string | null {
  try {
    compilePath(text)
    return null
  } catch (error) {
    if (error instanceof PathError) return `must be a JSONPath: ${error.message}`
    throw error
  }
}

/** The proof with values in place of `{ setting }`; what has no value is left out. */
function fill(part: unknown, valueOf: (name: string) => string | undefined): unknown {
  if (Array.isArray(part)) {
    return part.map((item) => fill(item, valueOf)).filter((item) => item !== undefined)
  }
  if (typeof part !== 'object' || part === null) return part
  if ('setting' in part) return valueOf(String(part.setting))
  if ('when' in part && 'use' in part) {
    return valueOf(String(part.when)) === undefined ? undefined : fill(part.use, valueOf)
  }
  const filled = Object.entries(part).map(([name, item]) => [name, fill(item, valueOf)] as const)
  return Object.fromEntries(filled.filter(([, item]) => item !== undefined))
}

/** Presets know what their senders sign; people who choose it themselves must not forget the body. */
function templateIsChosen(proof: Provider['proof']): boolean {
  return 'template' in proof && typeof proof.template === 'object'
}

function leavesBodyUnsigned(proof: CheckedProof): boolean {
  return proof.scheme === 'hmac' && !proof.template.includes('{body}')
}
