// What commands say, and to whom. A reader that has seen enough (`| head`) ends nothing by force: what
// is said to nobody is dropped, and the command ends as it would have.
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Io } from './command.ts'

type Stream = NodeJS.WriteStream

export function terminalIo(
  out: Stream = process.stdout,
  note: Stream = process.stderr,
  input: NodeJS.ReadStream = process.stdin,
): Io {
  const terminal = out.isTTY === true
  const result = speaker(out)
  const remark = speaker(note)
  return {
    out: (text) => void result.say(text + '\n'),
    async write(text) {
      if (!result.say(text)) await result.drained()
    },
    closed: result.closed,
    note: (text) => void remark.say(text + '\n'),
    colour: terminal && process.env['NO_COLOR'] === undefined,
    terminal,
    ...(input.isTTY && { ask: (question) => lineFrom(input, note, question) }),
  }
}

/** Asked beside the result, which may go elsewhere. */
async function lineFrom(input: NodeJS.ReadStream, output: Stream, question: string) {
  const lines = createInterface({ input, output })
  try {
    // Whoever hangs up, or breaks off, has said nothing.
    const hungUp = once(lines, 'close').then(() => '')
    const answer = lines.question(question).catch(() => '')
    return (await Promise.race([answer, hungUp])).trim()
  } finally {
    lines.close()
  }
}

function speaker(stream: Stream) {
  let closed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    closed = true
  })
  return {
    /** False: whoever reads is behind. */
    say: (text: string) => closed || stream.write(stream.isTTY ? harmless(text) : text),
    closed: () => closed,
    async drained() {
      try {
        await once(stream, 'drain')
      } catch (error) {
        if (!closed) throw error
      }
    },
  }
}

/**
 * What others have written (a type, a name, a reason) must not steer a terminal: of all that does, only the ends
 * of lines and our own colours pass.
 */
const harmless = (text: string): string =>
  text.replaceAll(steering, (each) => (each.length > 1 || '\n\r\t'.includes(each) ? each : '·'))

// eslint-disable-next-line no-control-regex
const steering = /\u001b\[\d{1,2}m|[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu
