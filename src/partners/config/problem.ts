// A mistake of a config file as a line, in English; telling.ts has the Russian, which only commands need.
import type { Problem } from './located-yaml.ts'

/** One line, whatever stands in the names it repeats. */
export function problemText({ file, line, column, path, message }: Problem): string {
  const parts = [`${file}:${line}:${column}`, ...(path === '' ? [] : [path]), message]
  return parts.join('  ').replace(/\p{Cc}/gu, ' ')
}
