// Numbers as they are typed: whole ones, within bounds, or a sentence that says which.
import { BadCall, type Call } from './command.ts'

interface Bounds {
  min: number
  max: number
}

/** Undefined where the option is not given. */
export function wholeNumber(
  { value }: Pick<Call, 'value'>,
  name: string,
  { min, max }: Bounds,
  orElse = '',
): number | undefined {
  const text = value(name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d{1,9}$/.test(text) && number >= min && number <= max) return number
  throw new BadCall(`--${name} takes a number from ${min} to ${max}${orElse}, not “${text}”`)
}

/** `1 event`, `2 events` */
export const counted = (n: number, one: string, several = `${one}s`): string =>
  `${n} ${n === 1 ? one : several}`
