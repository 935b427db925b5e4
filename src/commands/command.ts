// What a command of the command line is: a row of the table in index.ts.
import type { ParseArgsConfig } from 'node:util'
import type { Config } from '../config.ts'
import type { Text } from '../providers/provider.ts'

export type Language = keyof Text

export interface Command {
  /** After "moab-relay ", with its arguments; words in capitals are what a person fills in. */
  usage: string
  /** What a person should know, one option a line. */
  help: Text
  options?: NonNullable<ParseArgsConfig['options']>
  /** Positional ones: what those are called that must be there, and how many it takes at most. */
  arguments: { needs: readonly string[]; max: number }
  run(call: Call): Promise<number>
}

export interface Call {
  positionals: string[]
  /** Flags and values, as parsed by node:util. */
  flag(name: string): boolean
  value(name: string): string | undefined
  config(): Config
  env: NodeJS.ProcessEnv
  /** What people are spoken to in. What programs read is the same in every language. */
  language: Language
  io: Io
}

export interface Io {
  /** The result of the command. */
  out(text: string): void
  /** The same without a line's end, for much of it: waits for whoever reads. */
  write(text: string): Promise<void>
  /** Nobody reads the result any more: what goes on for its sake alone may stop. */
  closed(): boolean
  /** What is said beside it. */
  note(text: string): void
  colour: boolean
  terminal: boolean
  /** What a person answers; absent where nobody sits there who could. */
  ask?: ((question: string) => Promise<string>) | undefined
}

/** The command line itself is wrong: exit 2. */
export class BadCall extends Error {
  override name = 'BadCall'
  readonly text: Text
  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}
