// From a provider and a source's settings to the proof its requests must give. Settings come from
// people: every mistake is a sentence for them, and the value itself is never repeated, since a
// secret pasted into the wrong field must not end up in a message.
import { Proof } from '../schemes/proof.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Settings } from '../schemes/scheme.ts'
import type { Provider, Setting } from './provider.ts'
import { valueProblem } from './setting-forms.ts'

export type Resolved = { ok: true; proof: CheckedProof } | { ok: false; problem: string }

/** What a scheme reads by itself, whichever the provider: the public URL and the tolerance. */
const everywhere: ReadonlySet<string> = new Set(['url', 'tolerance'])

export function resolveProof(provider: Provider, settings: Settings): Resolved {
  const problems = [
    ...unknownIn(provider, settings).map(
      (name) => `setting "${name.slice(0, 40)}" is unknown here`,
    ),
    ...problemsOf(provider, settings, 'read').map(sentenceOf),
  ]
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

export const sentenceOf = ({ name, problem }: SettingProblem) => `setting "${name}": ${problem}`

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

export interface SettingProblem {
  name: string
  problem: string
}

/** What keeps these settings from being saved, setting by setting; stricter than what a proof needs. */
export function settingProblems(provider: Provider, settings: Settings): SettingProblem[] {
  return problemsOf(provider, settings, 'saved')
}

function problemsOf(
  provider: Provider,
  settings: Settings,
  when: 'read' | 'saved',
): SettingProblem[] {
  return Object.entries(provider.settings ?? {}).flatMap(([name, setting]) => {
    const problem = valueProblem(setting, settingValue(provider, settings, name), when)
    return problem === null ? [] : [{ name, problem }]
  })
}

/** Names that are no setting of this provider's, or of any. */
function unknownIn({ settings: known = {} }: Provider, settings: Settings): string[] {
  return Object.keys(settings).filter(
    (name) => !everywhere.has(name) && !Object.hasOwn(known, name),
  )
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
