// Bytes to a port, and the answers that came back, told apart as a proxy would tell them.
import { connect } from 'node:net'

export interface Conversation {
  /** Final answers, in order; 1xx are not among them. */
  statuses: number[]
  /** What was left when no further answer could be read. */
  rest: string
}

/** Ends when the other side closes, or has said nothing for `quietMs`. */
export function converse(port: number, bytes: Buffer, quietMs: number): Promise<Conversation> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    let quiet = setTimeout(finish, 5 * quietMs)
    function finish() {
      clearTimeout(quiet)
      socket.destroy()
      resolve(readAnswers(Buffer.concat(chunks).toString('latin1')))
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      clearTimeout(quiet)
      quiet = setTimeout(finish, quietMs)
    })
    // A reset after the last answer is a way of closing.
    socket.on('error', () => {})
    socket.on('close', finish)
    socket.write(bytes)
  })
}

function readAnswers(text: string): Conversation {
  const statuses: number[] = []
  let rest = text
  for (;;) {
    const head = /^HTTP\/1\.[01] (\d{3})[^]*?\r\n\r\n/.exec(rest)
    if (head === null) return { statuses, rest }
    const status = Number(head[1])
    const after = rest.slice(head[0].length)
    const length = bodyLength(head[0], after, status)
    if (status >= 200) statuses.push(status)
    rest = after.slice(length)
  }
}

function bodyLength(head: string, after: string, status: number): number {
  if (status < 200 || status === 204 || status === 304) return 0
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  // An answer to HEAD announces a body that does not come.
  if (length !== undefined) return after.startsWith('HTTP/1.1 ') ? 0 : Number(length)
  if (!/^transfer-encoding: *chunked/im.test(head))
    return /^connection: close/im.test(head) ? after.length : 0
  return chunkedLength(after)
}

function chunkedLength(after: string): number {
  let at = 0
  for (;;) {
    const size = /^([0-9a-f]+)[^\r]*\r\n/i.exec(after.slice(at))
    if (size === null) return after.length
    const bytes = Number.parseInt(size[1] ?? '0', 16)
    at += size[0].length + bytes + 2
    if (bytes === 0) return at
  }
}
