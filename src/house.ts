// Files that belong to the relay and are no code. This one lies in src, and what is built of it in dist:
// both beside them, so one path holds for both.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const inHouse = (path: string): string =>
  fileURLToPath(new URL(`../${path}`, import.meta.url))

/** As package.json has it. */
export const houseVersion = (): string =>
  /"version": "([^"]+)"/.exec(readFileSync(inHouse('package.json'), 'utf8'))?.[1] ?? 'unknown'
