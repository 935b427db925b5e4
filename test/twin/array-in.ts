// What PostgreSQL reads in the text of an array: the inverse of src/db/array-text.ts. Values stay texts.
const element = /"((?:[^"\\]|\\.)*)"|[^,{}]+/gs

export function arrayIn(text: unknown): (string | null)[] {
  if (typeof text !== 'string' || !text.startsWith('{')) throw new Error('this is no array')
  if (text === '{}') return []
  if (!text.includes('"'))
    return text
      .slice(1, -1)
      .split(',')
      .map((bare) => (bare === 'NULL' ? null : bare))
  return [...text.matchAll(element)].map(([bare, quoted]) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1')
    return bare === 'NULL' ? null : bare
  })
}

/** Parameters of which those are arrays. */
export const withArrays = (
  parameters: readonly unknown[],
  isArray: (index: number) => boolean,
): unknown[] => parameters.map((value, n) => (isArray(n) ? arrayIn(value) : value))
