// Receivers of notices that listen on this machine, and keep what they got.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Receiver {
  url: string
  received: Received[]
  /** For the next requests, one each; then 200 "ok". */
  answers: ((response: ServerResponse) => void)[]
  close(): Promise<void>
}

export const answering =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body)

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers: Receiver['answers'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body })
      const answer = answers.shift() ?? answering(200, 'ok')
      answer(response)
    })
  })
  const port = await listening(server)
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answers,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return portOf(server)
}

const isBound = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null

function portOf(server: Server): number {
  const address = server.address()
  if (!isBound(address)) throw new Error('the server is not listening')
  return address.port
}

export interface Letter {
  from: string
  to: string[]
  /** As it came over the wire. */
  source: string
}

export interface Mailbox {
  port: number
  letters: Letter[]
  /** Names and passwords that somebody signed in with. */
  logins: string[]
  close(): Promise<void>
}

export async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const letters: Letter[] = []
  const logins: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, answer) {
      logins.push(`${username}:${password}`)
      answer(null, { user: username })
    },
    onData(stream, { envelope }, answer) {
      let source = ''
      stream.setEncoding('utf8').on('data', (text: string) => (source += text))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        letters.push({ from, to: envelope.rcptTo.map(({ address }) => address), source })
        answer(null)
      })
    },
    ...options,
  })
  smtp.on('error', () => {})
  const server = smtp.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    letters,
    logins,
    close: () => new Promise((closed) => smtp.close(closed)),
  }
}
