// Lets so many through at once; so many more may wait; whoever comes after that is told so.
export class Gate {
  #free: number
  #waitingMax: number
  #waiting: (() => void)[] = []

  constructor(atOnce: number, waitingMax: number) {
    this.#free = atOnce
    this.#waitingMax = waitingMax
  }

  async run<T>(work: () => Promise<T>): Promise<T | 'full'> {
    if (this.#free > 0) this.#free--
    else {
      if (this.#waiting.length >= this.#waitingMax) return 'full'
      // Whoever leaves hands the place over.
      await new Promise<void>((enter) => this.#waiting.push(enter))
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
