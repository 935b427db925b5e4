// A provider as the reader knows it, with a simple mark of our own: two letters on a colour that its name gives.
import { isProviderId, providers } from '../../providers/index.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Language } from '../reader.ts'

export function providerName(id: string, language: Language): string {
  return isProviderId(id) ? nameOf(providers[id], language) : id
}

export const nameOf = ({ name, nameRu }: Provider, language: Language): string =>
  language === 'ru' ? (nameRu ?? name) : name

/** Dark enough for white letters; a class each, for styles may not stand in the page. */
export const logoColours = [
  '#0b5c8a',
  '#1b6e45',
  '#8a3b12',
  '#6a3d9a',
  '#7a1f4b',
  '#2f5d62',
  '#5a5f10',
  '#3f4a8a',
] as const

export function Logo({ id, language }: { id: string; language: Language }) {
  const name = providerName(id, language)
  const sum = Array.from(id, (letter) => letter.charCodeAt(0)).reduce(
    (total, code) => (total * 31 + code) % 9973,
    7,
  )
  return (
    <span class={`logo colour${sum % logoColours.length}`} aria-hidden="true">
      {lettersOf(name)}
    </span>
  )
}

/** Of what stands before a bracket: in it is the same name in another alphabet. */
function lettersOf(name: string): string {
  const [first = '', second] = (name.split(' (')[0] ?? '').split(/[^\p{L}\p{N}]+/u)
  return (
    second === undefined ? first.slice(0, 2) : first.slice(0, 1) + second.slice(0, 1)
  ).toUpperCase()
}
