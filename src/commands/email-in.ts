// A person's email as an argument, or from standard input: then it stands in no history and no list of processes.
import { text } from 'node:stream/consumers'
import { BadCall, type Io } from './command.ts'

/** `ask`: where a person sits there, one line of theirs, so that more can be asked. */
export async function emailIn([given = '']: readonly string[], ask?: Io['ask']): Promise<string> {
  if (given !== '-') return given
  return ask === undefined ? (await text(process.stdin)).trim() : ask('Email: ')
}

export const noAddress = (email: string): BadCall =>
  new BadCall({
    en: `“${email}” is not an address, such as ivan@example.com`,
    ru: `«${email}» — не адрес почты вроде ivan@example.com`,
  })
