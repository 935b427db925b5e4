// All chance of a run comes from one seed, in streams with names: what one part of the harness draws,
// and when, never changes what another draws.
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer, both ends included. */
  between(from: number, to: number): number
  pick<T>(items: readonly T[]): T
  /** True with this probability. */
  chance(probability: number): boolean
}

export function randomStream(seed: number, name: string): Random {
  const next = sfc32(...fourWords(`${seed}/${name}`))
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    pick(items) {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    chance: (probability) => next() < probability,
  }
}

/** Chris Doty-Humphrey's small fast counter: passes PractRand, four words of state. */
function sfc32(a: number, b: number, c: number, d: number): () => number {
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let n = 0; n < 15; n++) next()
  return next
}

/** FNV-1a from four offsets: near names must give far states. */
function fourWords(text: string): [number, number, number, number] {
  const word = (offset: number) => {
    let hash = offset
    for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 16_777_619)
    return hash | 0
  }
  return [word(2_166_136_261), word(0x9e37_79b9), word(0x85eb_ca6b), word(0xc2b2_ae35)]
}
