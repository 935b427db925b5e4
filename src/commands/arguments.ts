// What somebody typed becomes the values of a call, or a sentence about what is wrong with it.
import { parseArgs } from 'node:util'
import { nearest } from '../nearest.ts'
import { BadCall, type Command } from './command.ts'

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
    const value = valueOf(shape, token, args)
    if (values.has(token.name) && value !== true)
      throw new BadCall(`${token.rawName} is given twice`)
    values.set(token.name, value)
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
  if (option === undefined) throw new BadCall(unknownOption(shape, args[token.index] ?? rawName))
  if (option.type === 'string') return textOf(shape, token)
  if (value !== undefined) throw new BadCall(`${rawName} takes no value`)
  return true
}

function textOf(shape: Shape, { name, rawName, value, inlineValue }: OptionToken): string {
  const wanted = `${rawName} wants a value: ${rawName} ${valueWord(shape, name)}`
  if (value === undefined || value === '') throw new BadCall(wanted)
  // Mostly the next option, whose value was forgotten.
  if (inlineValue === false && /^-./.test(value))
    throw new BadCall(`${wanted}, or ${rawName}=${value} if that is meant`)
  return value
}

function unknownOption(shape: Shape, written: string): string {
  const [name = ''] = written.split('=', 1)
  const known = Object.keys(shape.options ?? {})
  const meant = nearest(name.replace(/^-+/, ''), known)
  const guess = meant === undefined ? '' : `: did you mean --${meant}?`
  return `${nameOf(shape)} has no option ${name}${guess}`
}

function checkPositionals(shape: Shape, positionals: readonly string[]): void {
  const { needs, max } = shape.arguments
  const missing = needs.slice(positionals.length)
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are'
    throw new BadCall(`${nameOf(shape)}: ${missing.join(' and ')} ${are} missing`)
  }
  const empty = positionals.indexOf('')
  if (empty >= 0) throw new BadCall(`${nameOf(shape)}: ${needs[empty] ?? 'an argument'} is empty`)
  const surplus = positionals[max]
  if (surplus === undefined) return
  const takes =
    max === 0 ? 'takes no arguments' : `takes ${max === 1 ? 'one argument' : `${max} arguments`}`
  throw new BadCall(`${nameOf(shape)} ${takes}: “${surplus}” is too much`)
}

const nameOf = ({ usage }: Shape) => usage.split(' ', 1)[0] ?? ''

/** As the usage calls it: NAME of `[--partner NAME]`. */
function valueWord({ usage }: Shape, name: string): string {
  return new RegExp(`--${name} ([^\\s\\])]+)`).exec(usage)?.[1] ?? 'VALUE'
}
