// Partners whose traffic has a heavy tail (Zipf: the n-th has 1/n of the first), each with one campaign,
// some of them with a pace.

export interface Partner {
  campaignId: string
  /** Events a second, on the average. */
  rate: number
  perSecond: number | null
}

const pacedShare = 0.2
/** A pace is so many times what usually comes, and never below one call in five seconds. */
const paceTimes = 4
const paceMin = 0.2

/** The largest first. */
export function makePartners(count: number, eventsPerSecond: number, random: () => number) {
  const weights = Array.from({ length: count }, (_, n) => 1 / (n + 1))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight, n): Partner => {
    const rate = (weight / all) * eventsPerSecond
    const pace = Math.max(paceMin, Math.round(rate * paceTimes * 10) / 10)
    return { campaignId: `c${n}`, rate, perSecond: random() < pacedShare ? pace : null }
  })
}

/** Draws partners as often as their rates say. */
export function drawing(partners: readonly Partner[], random: () => number): () => number {
  let sum = 0
  const upTo = partners.map(({ rate }) => (sum += rate))
  return () => {
    const at = random() * sum
    let [from, to] = [0, upTo.length - 1]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((upTo[middle] ?? 0) <= at) from = middle + 1
      else to = middle
    }
    return from
  }
}
