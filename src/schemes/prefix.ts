// The word before a token in a header: "Bearer ". That one is written in any case (RFC 9110).
import { refuse } from './refuse.ts'
import type { Refused } from './scheme.ts'

export function afterPrefix(prefix: string, value: string): string | Refused {
  const start = value.slice(0, prefix.length)
  const fits = isBearer(prefix) ? isBearer(start) : start === prefix
  if (!fits) return refuse('token_malformed', `the header must begin with "${prefix}"`)
  const token = value.slice(prefix.length).trim()
  return token === '' ? refuse('token_missing') : token
}

function isBearer(text: string): boolean {
  return text.toLowerCase() === 'bearer '
}
