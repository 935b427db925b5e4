// Tells whether MOAB's host can be spoken to over TLS. It completes a handshake and sends nothing.
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { limits } from '../limits.ts'
import type { Text } from '../providers/provider.ts'
import { failures } from './answer.ts'
import { failureOf } from './call.ts'

export interface TlsCheck {
  https: boolean
  /** What was agreed, or what went wrong; for the operator. */
  detail: string
}

/** At the URL's own port where it is https, else at 443. Never rejects. `ca`: trust only this one. */
export function checkTls(
  url: string,
  options: { connectMs?: number; ca?: string; language?: keyof Text } = {},
): Promise<TlsCheck> {
  const { connectMs = limits.moabConnectMs, ca, language = 'en' } = options
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    return Promise.resolve({ https: false, detail: failures.url_unusable[language] })
  }
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
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
    const timer = setTimeout(() => settle(false, failures.connection_timeout[language]), connectMs)
    socket.once('secureConnect', () => {
      const { valid_to: end } = socket.getPeerCertificate()
      settle(true, `${socket.getProtocol() ?? 'TLS'}, ${validUntil[language](end)}`)
    })
    socket.on('error', (error) =>
      settle(false, `${failures[failureOf(error)][language]}: ${error.message}`),
    )
  })
}

const days = new Intl.DateTimeFormat('ru', { dateStyle: 'long', timeZone: 'UTC' })

/** As the certificate has it: `Nov 29 12:00:00 2026 GMT`. */
const validUntil: Record<keyof Text, (end: string) => string> = {
  en: (end) => `certificate valid until ${end}`,
  ru: (end) => `сертификат действует до ${days.format(new Date(end))}`,
}
