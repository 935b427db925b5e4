// The socket: opening it with an error a person can act on, and closing it without cutting anyone off.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from './config.ts'

export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UsageError({
      en: `port ${port} on ${host} is taken: set PORT to a free one`,
      ru: `порт ${port} на ${host} занят: укажите в PORT свободный`,
    })
  if (error.code === 'EACCES')
    return new UsageError({
      en: `port ${port} may not be opened: set PORT to one above 1023`,
      ru: `порт ${port} открыть не разрешено: укажите в PORT номер больше 1023`,
    })
  if (error.code === 'EADDRNOTAVAIL')
    return new UsageError({
      en: `HOST ${host} is not an address of this machine`,
      ru: `HOST ${host} — не адрес этой машины`,
    })
  return error
}

/** New connections are refused, idle ones closed, busy ones finished, the rest cut after the grace. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that was busy when the end began is idle a moment later.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
  }, 100)
  const grace = setTimeout(() => {
    server.closeAllConnections()
  }, graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(grace)
}

/** As this machine reaches it, without trailing slash. */
export function addressOf(server: Server): string {
  const address = server.address()
  return isAddress(address) ? reachedAt({ host: address.address, port: address.port }) : ''
}

/** The same of a relay that listens in another process, or does not yet. */
export function reachedAt({ host: on, port }: { host: string; port: number }): string {
  const host = ['0.0.0.0', '::'].includes(on) ? '127.0.0.1' : on
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const isAddress = (address: unknown): address is AddressInfo =>
  typeof address === 'object' && address !== null && 'port' in address
