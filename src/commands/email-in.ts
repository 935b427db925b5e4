// A person's email as an argument, or from standard input: then it stands in no history and no list of processes.
import { text } from 'node:stream/consumers'
import { BadCall } from './command.ts'

export async function emailIn([given = '']: readonly string[]): Promise<string> {
  return given === '-' ? (await text(process.stdin)).trim() : given
}

export const noAddress = (email: string): BadCall =>
  new BadCall({
    en: `“${email}” is not an address, such as ivan@example.com`,
    ru: `«${email}» — не адрес почты вроде ivan@example.com`,
  })
