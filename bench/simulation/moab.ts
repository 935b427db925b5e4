// One MOAB for all partners, as a queue: it works at so many calls at once, each takes its time, the
// others wait in the order in which they came. It never sees that a caller has given up, and does that
// work, too. By the contract an email is registered once.
import { readAnswer, type Answer } from '../../src/moab/answer.ts'

export interface Moab {
  /** Calls worked at at once; the others wait inside. */
  atOnce: number
  /** Mean time that one call takes, without waiting. */
  takesMs: number
  /** `refuses`: nobody listens; `silent`: calls are taken and never answered. */
  state: 'works' | 'refuses' | 'silent'
}

const said = (body: string) => readAnswer(200, Buffer.from(body), true)
const ok = said('{"status":"OK"}')
const known = said('{"status":"FAIL","error":10}')

interface Call {
  key: string
  answered(answer: Answer): void
}

export interface MoabOptions {
  random(): number
  after(ms: number, run: () => void): void
  weather(): Moab
}

export class BusyMoab {
  /** Campaign and email. */
  registered = new Set<string>()
  working = 0
  #line: Call[] = []
  #head = 0
  #options: MoabOptions

  constructor(options: MoabOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#line.length - this.#head
  }

  take(key: string, answered: (answer: Answer) => void): void {
    this.#line.push({ key, answered })
    this.#work()
  }

  #work(): void {
    const { random, after, weather } = this.#options
    while (this.working < weather().atOnce) {
      const call = this.#line[this.#head]
      if (call === undefined) break
      this.#head++
      this.working++
      // Half of it always, the rest by chance: a tail, but none without end.
      after(weather().takesMs * (0.5 - 0.5 * Math.log(1 - random() * 0.999)), () => {
        this.working--
        const answer = this.registered.has(call.key) ? known : ok
        this.registered.add(call.key)
        call.answered(answer)
        this.#work()
      })
    }
    if (this.#head < 4096) return
    this.#line.splice(0, this.#head)
    this.#head = 0
  }
}
