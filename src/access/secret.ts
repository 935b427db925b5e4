// Secrets that are given out once and kept as a hash: 256 random bits need no slow one, and finding
// them by an index tells nothing about them.
import { createHash, randomBytes } from 'node:crypto'

export const newSecret = (): string => randomBytes(32).toString('base64url')
export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
