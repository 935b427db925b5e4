// A list that is kept in order, as an index is: quick at its front, where work is taken, and at its end,
// where most of it arrives. An item must not change its place while it is in the list.
export class Ordered<T> {
  #items: (T | undefined)[] = []
  #head = 0
  #before: (a: T, b: T) => boolean

  /** `before` must tell any two items apart. */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length - this.#head
  }

  get first(): T | undefined {
    return this.#items[this.#head]
  }

  add(item: T): void {
    const at = this.#placeOf(item)
    if (at === this.#items.length) this.#items.push(item)
    else if (at === this.#head && at > 0) this.#items[--this.#head] = item
    else this.#items.splice(at, 0, item)
  }

  delete(item: T): void {
    const at = this.#placeOf(item)
    if (this.#items[at] !== item) throw new Error('it is not where its order puts it')
    if (at > this.#head) return void this.#items.splice(at, 1)
    this.#items[this.#head++] = undefined
    if (this.#head < compactAt || this.#head * 2 < this.#items.length) return
    this.#items.splice(0, this.#head)
    this.#head = 0
  }

  /** The first ones for which it holds, at most so many. */
  while(holds: (item: T) => boolean, most = Infinity): T[] {
    const found: T[] = []
    for (let n = this.#head; n < this.#items.length && found.length < most; n++) {
      const item = this.#items[n]
      if (item === undefined || !holds(item)) break
      found.push(item)
    }
    return found
  }

  all(): T[] {
    return this.while(() => true)
  }

  #placeOf(item: T): number {
    let [from, to] = [this.#head, this.#items.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const other = this.#items[middle]
      if (other !== undefined && this.#before(other, item)) from = middle + 1
      else to = middle
    }
    return from
  }
}

const compactAt = 64
