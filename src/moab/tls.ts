// Tells whether MOAB's host can be spoken to over TLS. It completes a handshake and sends nothing.
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { limits } from '../limits.ts'
import { failures } from './answer.ts'
import { failureOf } from './call.ts'

export interface TlsCheck {
  https: boolean
  /** What was agreed, or what went wrong; for the operator, in English. */
  detail: string
}

/** At the URL's own port where it is https, else at 443. Never rejects. `ca`: trust only this one. */
export function checkTls(
  url: string,
  options: { connectMs?: number; ca?: string } = {},
): Promise<TlsCheck> {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    return Promise.resolve({ https: false, detail: failures.url_unusable.en })
  }
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const { connectMs = limits.moabConnectMs, ca } = options
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: protocol === 'https:' && port !== '' ? Number(port) : 443,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
    })
    const settle = (https: boolean, detail: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ https, detail })
    }
    const timer = setTimeout(() => settle(false, failures.connection_timeout.en), connectMs)
    socket.once('secureConnect', () => {
      const { valid_to: end } = socket.getPeerCertificate()
      settle(true, `${socket.getProtocol() ?? 'TLS'}, certificate valid until ${end}`)
    })
    socket.on('error', (error) =>
      settle(false, `${failures[failureOf(error)].en}: ${error.message}`),
    )
  })
}
