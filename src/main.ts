#!/usr/bin/env node
// The command line. Nothing imports this file. It loads what the command at hand needs, and no more.
import { readArguments, isHelpWanted } from './commands/arguments.ts'
import { BadCall, type Call, type Command, type Io, type Language } from './commands/command.ts'
import { frameWords, helpOf, overview } from './commands/help.ts'
import { commands, type Listed } from './commands/index.ts'
import { localeOf, takeLanguage } from './commands/language.ts'
import { terminalIo } from './commands/terminal.ts'
import { houseVersion } from './house.ts'
import { nearest } from './nearest.ts'

/** The same for every command. */
interface Frame {
  language: Language
  io: Io
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const io = terminalIo()
  const language = localeOf(process.env)
  try {
    const { wanted, rest } = takeLanguage(args)
    return await answer(rest, { language: wanted ?? language, io })
  } catch (error) {
    if (!(error instanceof BadCall)) throw error
    io.note(error.text[language])
    return 2
  }
}

async function answer([first = 'serve', ...rest]: string[], frame: Frame): Promise<number> {
  if (['version', '--version', '-V'].includes(first)) return say(frame, version())
  const isHelp = ['help', '--help', '-h'].includes(first)
  const [about] = rest
  if (isHelp && (about === undefined || about === 'help'))
    return say(frame, overview(frame.language))
  if (isHelp) return call(about ?? '', ['--help'], frame)
  // Options alone are those of the default.
  return first.startsWith('-') ? call('serve', [first, ...rest], frame) : call(first, rest, frame)
}

async function call(name: string, args: string[], frame: Frame): Promise<number> {
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (listed !== undefined) return run(name, listed, args, frame)
  const meant = nearest(name, Object.keys(commands))
  frame.io.note(frameWords[frame.language].noCommand(name, meant))
  return 2
}

async function run(name: string, listed: Listed, args: string[], frame: Frame): Promise<number> {
  const { io, language } = frame
  const [command, { readConfig, UsageError }] = await Promise.all([
    listed.load(),
    import('./config.ts'),
  ])
  try {
    if (isHelpWanted(command, args)) return say(frame, helpOf(name, command, language))
    const config = () => readConfig(process.env)
    return await command.run(callOf(command, args, config, frame))
  } catch (error) {
    if (error instanceof BadCall) {
      io.note(`${error.text[language]}\n${frameWords[language].calledLike(name)}`)
      return 2
    }
    io.note(error instanceof UsageError ? error.text[language] : surprise(error, language))
    return 1
  }
}

/** The first line only: what follows may hold a query's values. All of it where somebody looks for the fault. */
function surprise(error: unknown, language: Language): string {
  const say = frameWords[language]
  if (!(error instanceof Error)) return say.failed(String(error))
  if (process.env['LOG_LEVEL'] === 'debug') return error.stack ?? error.message
  const [first] = (error.cause instanceof Error ? error.cause : error).message.split('\n')
  return `${say.failed(first ?? '')}. ${say.sayMore}`
}

function callOf(command: Command, args: string[], config: Call['config'], frame: Frame): Call {
  const { positionals, values } = readArguments(command, args)
  return {
    positionals,
    flag: (name) => values.get(name) === true,
    value(name) {
      const value = values.get(name)
      return value === true ? undefined : value
    },
    config,
    env: process.env,
    ...frame,
  }
}

function say({ io }: Frame, text: string): number {
  io.out(text)
  return 0
}

/** With what a report of a fault needs. */
function version(): string {
  return `moab-relay ${houseVersion()} (Node ${process.version}, ${process.platform} ${process.arch})`
}
