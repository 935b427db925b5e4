// Arrays as PostgreSQL reads them (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO), written
// here for the statements that carry thousands of values a second: the driver would escape each of them.

/** Of uuids, hexadecimal digits and numbers: nothing in them needs quotes. */
export const bareArray = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`

/** Of any text. */
export const textArray = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join(',')}}`

/** Of JSON texts: one JSON text, of which `jsonb_array_elements` makes rows. */
export const jsonArray = (texts: readonly string[]): string => `[${texts.join(',')}]`

const quoted = (text: string) =>
  /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `"${text}"`
