// What somebody typed becomes the values of a call, or a sentence about what is wrong with it.
import { parseArgs } from 'node:util'
import { nearest } from '../nearest.ts'
import { BadCall, type Command } from './command.ts'
import { inRussian } from './placeholders.ts'

export interface Arguments {
  positionals: string[]
  values: ReadonlyMap<string, string | true>
}

type Shape = Pick<Command, 'usage' | 'options' | 'arguments'>
type Token = ReturnType<typeof tokensOf>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

/** Whoever asks for help gets it, whatever else is wrong. */
export function isHelpWanted(shape: Shape, args: string[]): boolean {
  return tokensOf(shape, args).some((token) => token.kind === 'option' && token.name === 'help')
}

/** Throws BadCall. */
export function readArguments(shape: Shape, args: string[]): Arguments {
  const positionals: string[] = []
  const values = new Map<string, string | true>()
  for (const token of tokensOf(shape, args)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName } = token
    const value = valueOf(shape, token, args)
    if (values.has(name) && value !== true)
      throw new BadCall({ en: `${rawName} is given twice`, ru: `${rawName} указан дважды` })
    values.set(name, value)
  }
  checkPositionals(shape, positionals)
  return { positionals, values }
}

/** Node's own complaints speak of its library, so it is told to have none. */
function tokensOf({ options }: Shape, args: string[]) {
  const { tokens } = parseArgs({
    args,
    strict: false,
    tokens: true,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
  })
  return tokens
}

function valueOf(shape: Shape, token: OptionToken, args: readonly string[]): string | true {
  const { name, rawName, value } = token
  const { options = {} } = shape
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (option === undefined) throw unknownOption(shape, args[token.index] ?? rawName)
  if (option.type === 'string') return textOf(shape, token)
  if (value === undefined) return true
  throw new BadCall({ en: `${rawName} takes no value`, ru: `${rawName} пишется без значения` })
}

function textOf(shape: Shape, { name, rawName, value, inlineValue }: OptionToken): string {
  const word = valueWord(shape, name)
  const en = `${rawName} wants a value: ${rawName} ${word}`
  const ru = `${rawName} нужно значение: ${rawName} ${inRussian(word)}`
  if (value === undefined || value === '') throw new BadCall({ en, ru })
  // Mostly the next option, whose value was forgotten.
  if (inlineValue === false && /^-./.test(value))
    throw new BadCall({
      en: `${en}, or ${rawName}=${value} if that is meant`,
      ru: `${ru}, а если «${value}» и есть значение — ${rawName}=${value}`,
    })
  return value
}

function unknownOption(shape: Shape, written: string): BadCall {
  const [name = ''] = written.split('=', 1)
  const known = [...Object.keys(shape.options ?? {}), ...everywhere]
  const meant = nearest(name.replace(/^-+/, ''), known)
  const command = nameOf(shape)
  return new BadCall({
    en: `${command} has no option ${name}${meant === undefined ? '' : `: did you mean --${meant}?`}`,
    ru: `у ${command} нет параметра ${name}${meant === undefined ? '' : `: может быть, --${meant}?`}`,
  })
}

/** What every command takes. */
const everywhere = ['help', 'lang']

function checkPositionals(shape: Shape, positionals: readonly string[]): void {
  const { needs, max } = shape.arguments
  const command = nameOf(shape)
  const missing = needs.slice(positionals.length)
  if (missing.length > 0) {
    const [are, areRu] =
      missing.length === 1 ? ['is', 'не указан аргумент'] : ['are', 'не указаны аргументы']
    throw new BadCall({
      en: `${command}: ${missing.join(' and ')} ${are} missing`,
      ru: `${command}: ${areRu} ${inRussian(missing.join(' и '))}`,
    })
  }
  const empty = positionals.indexOf('')
  if (empty >= 0) {
    const name = needs[empty]
    throw new BadCall({
      en: `${command}: ${name ?? 'an argument'} is empty`,
      ru: `${command}: ${name === undefined ? 'аргумент' : `аргумент ${inRussian(name)}`} пуст`,
    })
  }
  const surplus = positionals[max]
  if (surplus === undefined) return
  throw new BadCall({
    en: `${command} ${takes(max)}: “${surplus}” is too much`,
    ru: `${command}: «${surplus}» здесь лишнее`,
  })
}

const takes = (max: number) =>
  max === 0 ? 'takes no arguments' : `takes ${max === 1 ? 'one argument' : `${max} arguments`}`

const nameOf = ({ usage }: Shape) => usage.split(' ', 1)[0] ?? ''

/** As the usage calls it: NAME of `[--partner NAME]`. */
function valueWord({ usage }: Shape, name: string): string {
  return new RegExp(`--${name} ([^\\s\\])]+)`).exec(usage)?.[1] ?? 'VALUE'
}
