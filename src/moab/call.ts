// One call to MOAB on the wire: follows what undici reports and settles exactly once.
// It must never call a request unwritten that may have left: then a bonus could be given twice.
import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import { failedCall, readAnswer } from './answer.ts'
import type { Answer, FailureWord } from './answer.ts'

interface CallOptions {
  deadlineMs: number
  signal: AbortSignal | undefined
  /** Masked in what is kept of the answer. */
  secrets: readonly string[]
  settle: (answer: Answer) => void
}

/**
 * A handler for `Pool.dispatch`, not `Pool.request`: it needs no stream, and it is the only way to
 * learn when the request was written.
 */
export class Call implements Dispatcher.DispatchHandler {
  readonly #options: CallOptions
  readonly #deadline: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | null = null
  #httpStatus = 0
  #chunks: Buffer[] = []
  #bytes = 0
  #settled = false

  constructor(options: CallOptions) {
    this.#options = options
    // A timer costs a fraction of AbortSignal.timeout, and ends a call that waits for a socket too.
    this.#deadline = setTimeout(() => this.#giveUp('deadline'), options.deadlineMs)
    options.signal?.addEventListener('abort', this.#cancel)
  }

  // Called on an established connection (TLS included), in the same turn as the bytes are handed to
  // the socket: before this nothing has left, after it everything may have.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) controller.abort(new Error('nobody waits for this call any more'))
    else this.#controller = controller
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode >= 200) this.#httpStatus = statusCode
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes <= limits.moabAnswerBytesMax) return
    this.#settle(this.#read(false))
    controller.abort(new Error('the answer is too large'))
  }

  onResponseEnd(): void {
    if (!this.#settled) this.#settle(this.#read(true))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return
    const began = this.#httpStatus !== 0
    this.#settle(began ? this.#read(false) : failedCall(failureOf(error), this.#written))
  }

  readonly #cancel = (): void => this.#giveUp('cancelled')

  get #written(): boolean {
    return this.#controller !== null
  }

  #giveUp(failure: FailureWord): void {
    if (this.#settled) return
    const began = this.#httpStatus !== 0
    const { secrets } = this.#options
    const seen = began ? { httpStatus: this.#httpStatus, body: this.#body(), secrets } : undefined
    this.#settle(failedCall(failure, this.#written, seen))
    this.#controller?.abort(new Error(failure))
  }

  #read(complete: boolean): Answer {
    return readAnswer(this.#httpStatus, this.#body(), complete, this.#options.secrets)
  }

  #body(): Buffer {
    const [first] = this.#chunks
    return first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
  }

  #settle(answer: Answer): void {
    this.#settled = true
    this.#chunks = []
    clearTimeout(this.#deadline)
    this.#options.signal?.removeEventListener('abort', this.#cancel)
    this.#options.settle(answer)
  }
}

const failureOfCode: ReadonlyMap<string, FailureWord> = new Map([
  ['address_refused', 'address_refused'],
  ['unencrypted', 'unencrypted'],
  ['port_refused', 'port_refused'],
  ['host_odd', 'url_unusable'],
  ['name_unknown', 'name_not_found'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ENOTFOUND', 'name_not_found'],
  ['EAI_AGAIN', 'name_not_found'],
  ['EAI_FAIL', 'name_not_found'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connection_timeout'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['EHOSTUNREACH', 'host_unreachable'],
  ['ENETUNREACH', 'host_unreachable'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_lost'],
  ['UND_ERR_HEADERS_OVERFLOW', 'answer_too_large'],
  ['UND_ERR_DESTROYED', 'cancelled'],
  ['UND_ERR_CLOSED', 'cancelled'],
  ['EPROTO', 'tls_failed'],
])

const tlsCode = /^ERR_(TLS|SSL)_|CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/

/** The word for a failed connection, from the code Node, undici or the guard puts on its errors. */
export function failureOf(error: Error): FailureWord {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const word = failureOfCode.get(code)
  if (word) return word
  if (tlsCode.test(code)) return 'tls_failed'
  return error.name === 'HTTPParserError' ? 'not_http' : 'connection_failed'
}
