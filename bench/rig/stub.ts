// The least MOAB: answers what it is told to, and counts. Reads HTTP by itself, so that it takes as little of the
// machine as can be: headers to the blank line, a body of the length they tell.
//   node stub.ts      prints its port
//   GET /             what has been accepted so far
//   GET /behave/MODE  ok | hang | html | 500 from now on; what hung before stays so
import { createServer, type Socket } from 'node:net'

type Mode = 'ok' | 'hang' | 'html' | '500'

let mode: Mode = 'ok'
let count = 0
const answer = (status: string, type: string, body: string) =>
  Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
const answers = {
  ok: answer('200 OK', 'application/json', '{"status":"ok"}'),
  html: answer('200 OK', 'text/html', '<!doctype html><title>Maintenance</title>'),
  '500': answer('500 Internal Server Error', 'text/plain', 'error'),
}

function serve(socket: Socket): void {
  let pending = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1')
    for (;;) {
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0)
      if (pending.length < head + 4 + length) return
      respond(socket, pending.slice(0, pending.indexOf('\r\n')))
      pending = pending.slice(head + 4 + length)
    }
  })
}

function respond(socket: Socket, line: string): void {
  if (line.startsWith('POST ')) {
    if (mode === 'hang') return
    if (mode === 'ok') count++
    socket.write(answers[mode])
    return
  }
  const [, told] = /^GET \/behave\/(\w+)/.exec(line) ?? []
  if (told !== undefined) mode = told as Mode
  socket.write(answer('200 OK', 'text/plain', String(count)))
}

const server = createServer(serve)
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
