// What a User-Agent header says, in the words its owner knows: “Chrome, Windows”. The order matters:
// each browser names those it descends from as well.
const browsers = [
  ['YaBrowser', 'Yandex'],
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['CriOS', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** Undefined for what is none of these. */
export function agentInWords(agent: string | null): string | undefined {
  const named = (table: readonly (readonly [string, string])[]) =>
    table.find(([mark]) => agent?.includes(mark) === true)?.[1]
  const words = [named(browsers), named(systems)].filter((word) => word !== undefined)
  return words.length === 0 ? undefined : words.join(', ')
}
