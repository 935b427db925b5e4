// Append-only JSON lines: what the senders, the stub and the faults did, kept outside the system under
// test. Written through a stream that is flushed before anybody reads it.
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

export class Journal {
  readonly path: string
  #stream: WriteStream

  constructor(path: string) {
    this.path = path
    this.#stream = createWriteStream(path, { flags: 'a' })
  }

  write(line: object): void {
    this.#stream.write(`${JSON.stringify(line)}\n`)
  }

  /** All that was written so far can be read. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#stream.write('', () => resolve()))
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve))
  }
}

/** The reader says what the lines are; they are the harness's own. */
export async function* linesOf<Line>(path: string): AsyncGenerator<Line> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line !== '') yield JSON.parse(line) as Line
  }
}
