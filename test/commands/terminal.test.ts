// What a command says to a terminal, and to a file.
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { paint } from '../../src/commands/paint.ts'
import { terminalIo } from '../../src/commands/terminal.ts'

function saidTo(isTTY: boolean, text: string): string {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream
  terminalIo(stream, stream).out(text)
  return String(stream.read())
}

test('nothing that others wrote steers a terminal', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007 \u009b31m \u202egnp.exe\u0000\u001b[31;1m'
  expect(saidTo(true, evil)).toBe('·[2J·]0;title· ·31m ·gnp.exe··[31;1m\n')
})

test('our own colours, tabs and ends of lines pass', () => {
  const text = `${paint(true).red('a')}\tb\r\nв`
  expect(saidTo(true, text)).toBe(`${text}\n`)
})

test('a file gets what was said', () => {
  expect(saidTo(false, 'a\u001b[2Jb')).toBe('a\u001b[2Jb\n')
})
