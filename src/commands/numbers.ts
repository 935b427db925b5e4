// Numbers as they are typed: whole ones, within bounds, or a sentence that says which.
import type { Text } from '../providers/provider.ts'
import { BadCall, type Call } from './command.ts'

interface Bounds {
  min: number
  max: number
}

const nothingElse: Text = { en: '', ru: '' }

/** Undefined where the option is not given. `orElse`: what is taken besides. */
export function wholeNumber(
  { value }: Pick<Call, 'value'>,
  name: string,
  { min, max }: Bounds,
  orElse = nothingElse,
): number | undefined {
  const text = value(name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d{1,9}$/.test(text) && number >= min && number <= max) return number
  throw new BadCall({
    en: `--${name} takes a number from ${min} to ${max}${orElse.en}, not “${text}”`,
    ru: `--${name} — это число от ${min} до ${max}${orElse.ru}, а не «${text}»`,
  })
}
