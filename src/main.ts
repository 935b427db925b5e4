#!/usr/bin/env node
// The command line. Nothing imports this file. It loads what the command at hand needs, and no more.
import { readArguments, isHelpWanted, type Arguments } from './commands/arguments.ts'
import { BadCall, type Call, type Command, type Io } from './commands/command.ts'
import { commands, type Listed } from './commands/index.ts'
import { terminalIo } from './commands/terminal.ts'
import { houseVersion } from './house.ts'
import { either, nearest } from './nearest.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const io = terminalIo()
  const [first = 'serve', ...rest] = args
  if (['version', '--version', '-V'].includes(first)) return say(io, version())
  const isHelp = ['help', '--help', '-h'].includes(first)
  const [about] = rest
  if (isHelp && (about === undefined || about === 'help')) return say(io, overview())
  if (isHelp) return call(about ?? '', ['--help'], io)
  // Options alone are those of the default.
  return first.startsWith('-') ? call('serve', args, io) : call(first, rest, io)
}

async function call(name: string, args: string[], io: Io): Promise<number> {
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (listed !== undefined) return run(name, listed, args, io)
  const meant = nearest(name, Object.keys(commands))
  const guess = meant === undefined ? '.' : `: did you mean ${either([meant])}?`
  io.note(`There is no command “${name}”${guess}\nmoab-relay help lists them all.`)
  return 2
}

async function run(name: string, listed: Listed, args: string[], io: Io): Promise<number> {
  const [command, { readConfig, UsageError }] = await Promise.all([
    listed.load(),
    import('./config.ts'),
  ])
  try {
    if (isHelpWanted(command, args)) return say(io, helpOf(command, listed.summary))
    const config = () => readConfig(process.env)
    return await command.run(callOf(readArguments(command, args), config, io))
  } catch (error) {
    if (error instanceof BadCall) {
      io.note(`${error.message}\nmoab-relay help ${name} says how it is called.`)
      return 2
    }
    io.note(error instanceof UsageError ? error.message : surprise(error))
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

function callOf({ positionals, values }: Arguments, config: Call['config'], io: Io): Call {
  return {
    positionals,
    flag: (name) => values.get(name) === true,
    value(name) {
      const value = values.get(name)
      return value === true ? undefined : value
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

/** With what a report of a fault needs. */
function version(): string {
  return `moab-relay ${houseVersion()} (Node ${process.version}, ${process.platform} ${process.arch})`
}

function overview(): string {
  const summaries = Object.entries(commands).map(([name, { summary }]) => [name, summary])
  const others = [
    ['help', 'Says how a command is called: moab-relay help COMMAND.'],
    ['version', 'Says which version this is.'],
  ]
  const rows = [...summaries, ...others].map(([name = '', says]) => `  ${name.padEnd(10)} ${says}`)
  return [
    'moab-relay: signed webhooks in, MOAB bonuses out, the story kept.',
    '',
    'Usage: moab-relay [command] [arguments]',
    '',
    ...rows,
    '',
    'Settings come from the environment: README.md names them, moab-relay doctor checks them.',
  ].join('\n')
}

function helpOf({ usage, help }: Command, summary: string): string {
  return [`Usage: moab-relay ${usage}`, '', summary, '', help].join('\n')
}
