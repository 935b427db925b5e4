// What a source of a provider needs from its owner before it can believe anything.
import type { Provider } from './provider.ts'

/** Settings that must be given and have no default: without them no source is made. */
export const requiredSettings = ({ settings = {} }: Provider): string[] =>
  Object.entries(settings).flatMap(([name, { required, default: preset }]) =>
    required && preset === undefined ? [name] : [],
  )

/** Its requests bring their own keys, proven by a root or an address that is known: a credential is optional. */
export const bringsItsKeys = ({ proof }: Provider): boolean =>
  'chain' in proof || 'certificateUrl' in proof

const secrets: ReadonlySet<string> = new Set(['secret', 'token', 'password'])

/** Every form of its credentials is a key that anybody may know, or the address of one. */
export const hasNoSecret = ({ credentials }: Provider): boolean =>
  credentials.every((form) => !form.some((field) => secrets.has(field)))
