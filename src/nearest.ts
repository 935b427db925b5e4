// What somebody may have meant who wrote a name that nobody has.

/** Within a third of its letters; short names have no neighbours. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return byLikeness(name, known)[0]
}

const closeMax = 3

/** The nearest, and those with the name in them: at most three, the likeliest first. */
export function close(name: string, known: readonly string[]): string[] {
  const part = plain(name)
  const longer = part.length < 3 ? [] : known.filter((other) => plain(other).includes(part))
  return [...new Set([...byLikeness(name, known), ...longer])].slice(0, closeMax)
}

type Marks = readonly [open: string, end: string]

/** As text has them; a config file quotes with the others. */
export const curly: Marks = ['“', '”']
export const straight: Marks = ['"', '"']
export const guillemets: Marks = ['«', '»']

export const marked = (name: string, [open, end]: Marks): string => `${open}${name}${end}`

/** `“a”, “b” or “c”`, `«a», «b» или «c»` */
export const either = (names: readonly string[], marks = curly): string =>
  names
    .map((name) => marked(name, marks))
    .join(', ')
    .replace(/, (?=[^,]*$)/, marks === guillemets ? ' или ' : ' or ')

const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '')

function byLikeness(name: string, known: readonly string[]): string[] {
  if (name.length > 60) return []
  return known
    .map((other) => ({ other, far: distance(plain(name), plain(other)) }))
    .filter(({ other, far }) => far <= Math.ceil(other.length / 3) - 1)
    .sort((a, b) => a.far - b.far)
    .map(({ other }) => other)
}

/** Letters to change, add, leave out, or swap with their neighbour. */
function distance(one: string, other: string): number {
  const a = Array.from(one)
  const b = Array.from(other)
  const rows = [[0, ...b.map((_, j) => j + 1)]]
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const changed = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      rows[i]?.push(isSwap ? Math.min(changed, at(i - 2, j - 2) + 1) : changed)
    }
  }
  return at(a.length, b.length)
}
