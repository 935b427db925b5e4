#!/usr/bin/env node
// The command line. Nothing imports this file. It loads what the command at hand needs, and no more.
import { parseArgs } from 'node:util'
import { BadCall, type Call, type Command, type Io } from './commands/command.ts'
import { commands, type Listed } from './commands/index.ts'
import { terminalIo } from './commands/terminal.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const io = terminalIo()
  const [first = 'serve', ...rest] = args
  if (first === '--help' || first === '-h' || first === 'help') return say(io, overview())
  const name = first.startsWith('-') ? 'serve' : first
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (listed === undefined) {
    io.note(`There is no command “${name}”.\n\n${overview()}`)
    return 2
  }
  return run(listed, first.startsWith('-') ? args : rest, io)
}

async function run(listed: Listed, args: string[], io: Io): Promise<number> {
  const [command, { readConfig, UsageError }] = await Promise.all([
    listed.load(),
    import('./config.ts'),
  ])
  const help = () => helpOf(command, listed.summary)
  try {
    const { values, positionals } = parse(command, args)
    if (values['help'] === true) return say(io, help())
    const { min, max } = command.arguments
    if (positionals.length < min || positionals.length > max) {
      throw new BadCall(positionals.length < min ? 'an argument is missing' : 'too many arguments')
    }
    const config = () => readConfig(process.env)
    return await command.run(callOf(values, positionals, config, io))
  } catch (error) {
    if (error instanceof BadCall) {
      io.note(`${error.message}\n\n${help()}`)
      return 2
    }
    if (error instanceof UsageError) {
      io.note(error.message)
      return 1
    }
    io.note(surprise(error))
    return 1
  }
}

/** The first line only: what follows may hold a query's values. All of it where somebody looks for the fault. */
function surprise(error: unknown): string {
  if (!(error instanceof Error)) return `moab-relay failed: ${String(error)}`
  if (process.env['LOG_LEVEL'] === 'debug') return error.stack ?? error.message
  const [first] = (error.cause instanceof Error ? error.cause : error).message.split('\n')
  return `moab-relay failed: ${first}. LOG_LEVEL=debug says more.`
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function parse(command: Command, args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    throw new BadCall(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

function callOf(values: Values, positionals: string[], config: Call['config'], io: Io): Call {
  return {
    positionals,
    flag: (name) => values[name] === true,
    value(name) {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    config,
    env: process.env,
    io,
  }
}

function say(io: Io, text: string): number {
  io.out(text)
  return 0
}

function overview(): string {
  const rows = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`,
  )
  return [
    'moab-relay: signed webhooks in, MOAB bonuses out, the story kept.',
    '',
    'Usage: moab-relay [command] [arguments]',
    '',
    ...rows,
    '',
    'moab-relay COMMAND --help says more. Settings come from the environment; see README.',
  ].join('\n')
}

function helpOf({ usage, help }: Command, summary: string): string {
  return [`Usage: moab-relay ${usage}`, '', summary, '', help].join('\n')
}
