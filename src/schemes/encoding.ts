// Text to bytes, strictly: Buffer.from skips what it cannot read, so that a broken secret would
// become a short or empty key. Here such text is no bytes at all.
import { Buffer } from 'node:buffer'

export type Encoding = 'hex' | 'base64' | 'base64url'

const base64Forms = {
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  base64url: /^[A-Za-z0-9_-]*={0,2}$/,
} as const

/** Null where the text is not exactly that encoding. Base64 may come without its padding. */
export function decodeStrictly(text: string, encoding: Encoding): Buffer | null {
  if (encoding === 'hex') {
    const bytes = Buffer.from(text, 'hex')
    return bytes.length * 2 === text.length ? bytes : null
  }
  if (!base64Forms[encoding].test(text)) return null
  const bare = text.endsWith('=') ? text.replace(/=+$/, '') : text
  const padded = text.length !== bare.length
  if (bare.length % 4 === 1 || (padded && text.length % 4 !== 0)) return null
  return Buffer.from(bare, encoding)
}
