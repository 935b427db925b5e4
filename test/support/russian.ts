// Is a text Russian? Names, paths, addresses, options and code stay as they are written; every other word is
// Russian.
import { expect } from 'vitest'

const asWritten =
  /`[^`]*`|[\da-f]{8}-[\da-f-]{27}|«[^»]*»|https?:\S*|\S*@\S*|\S*\/\S*|--?[a-z-]+|\$\S*|\{[^}]*\}|[\w-]+(?:\.[\w-]+)+|\b[A-Z][A-Z_]+\b/g

/** Fails with the words that are not, unless `known`. */
export function expectRussian(text: string, known: readonly string[] = []): void {
  expect(text).toMatch(/[а-яё]/)
  const foreign = text.replaceAll(asWritten, '').match(/[A-Za-z]{2,}/g) ?? []
  expect(
    foreign.filter((word) => !known.includes(word)),
    text,
  ).toEqual([])
}
