// A connection whose other end fell silent, a black hole on the way, is given up: TCP alone would
// take a quarter of an hour to notice, and a few such connections would stop everything. The pool
// ends connections that are idle for half of that time, so one that is open and silent is stuck.
import { connect, type Socket } from 'node:net'

interface Target {
  host?: string | string[] | undefined
  port?: number | number[] | undefined
}

/** Still connecting: the pool hears of success, errors and the end by itself. */
export function watchedSocket({ host, port }: Target, silenceMs: number): Socket {
  const place = String(Array.isArray(host) ? host[0] : (host ?? 'localhost'))
  const number = Number(Array.isArray(port) ? port[0] : (port ?? 5432))
  const socket = place.startsWith('/')
    ? connect(`${place}/.s.PGSQL.${number}`)
    : connect(number, place)
  watch(socket, silenceMs)
  // The driver takes the name for TLS from here.
  return Object.assign(socket, { host: place, port: number })
}

/** By counting bytes, not by listening: it holds under TLS too, where data events do not reach us. */
function watch(socket: Socket, silenceMs: number): void {
  let read = socket.bytesRead
  let since = performance.now()
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer)
    if (socket.bytesRead !== read) {
      read = socket.bytesRead
      since = performance.now()
    } else if (performance.now() - since > silenceMs) {
      socket.destroy(new Error('the database fell silent'))
    }
    return undefined
  }, silenceMs / 5).unref()
}
