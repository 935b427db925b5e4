// HTTP as bytes on a socket: for requests that no client library would send.
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: string
  body: string
  raw: string
}

export function sendRaw(
  url: string,
  lines: readonly string[],
  body: Buffer | string = '',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const raw = Buffer.concat(chunks).toString('utf8')
      const [head = '', ...rest] = raw.split('\r\n\r\n')
      resolve({
        status: Number(head.split(' ')[1] ?? 0),
        headers: head,
        body: rest.join('\r\n\r\n'),
        raw,
      })
    })
    socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
    socket.write(body)
  })
}
