// What rests on others' word or on memory is said in the guide, from the evidence and only from there.
import { describe, expect, test } from 'vitest'
import { providers } from '../../src/providers/index.ts'
import type { Evidence, Provider } from '../../src/providers/provider.ts'
import { uncheckedNote, uncheckedRetries } from '../../src/providers/unchecked.ts'

const weak = (grade: Evidence) => grade === 'secondary' || grade === 'recall'
const everyProvider: [string, Provider][] = Object.entries(providers)

describe.each(everyProvider)('%s', (_id, provider) => {
  const { signature, email, delivery } = provider.evidence

  test('says what was not checked on a real delivery, exactly where its evidence does', () => {
    const note = uncheckedNote(provider)
    if (weak(signature)) expect(note?.en).toContain('how it is proven')
    if (!weak(signature) && !weak(email)) expect(note).toBeUndefined()
    if (!weak(delivery)) expect(uncheckedRetries(provider)).toBeUndefined()
  })

  test('does not say it by hand: that would outlive the day on which it is checked', () => {
    const { en = '', ru = '' } = provider.guide.note ?? {}
    expect(en).not.toMatch(/(?:checked|seen) (?:against|in|on) a real/)
    expect(ru).not.toMatch(/ещё не провер|не сверен/)
  })
})

test('each grade has its words, in both languages', () => {
  const evidence = { signature: 'secondary', email: 'recall', delivery: 'secondary' } as const
  const doubtful = { ...providers.freekassa, evidence }
  expect(uncheckedNote(doubtful)).toEqual({
    en: 'Not checked on a real delivery yet: how it is proven (as others tell it), where the email stands (from memory).',
    ru: 'На настоящем уведомлении ещё не проверено: способ проверки (со слов других), место почты (по памяти).',
  })
  expect(uncheckedRetries(doubtful)).toEqual({ en: 'as others tell it', ru: 'со слов других' })
})

test('where the owner writes the body, or no email comes, there is no place to doubt', () => {
  for (const preset of [providers['generic-hmac'], providers['yandex-pay']]) {
    expect(preset.evidence.email).toBe('recall')
    expect(uncheckedNote(preset)).toBeUndefined()
  }
  expect(uncheckedRetries(providers['generic-hmac'])).toBeUndefined()
})
