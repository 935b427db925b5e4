// A number with its noun, in the form that the number asks for.
type Forms<Needed extends string> = Record<Needed, string>

function naming<Needed extends string>(language: string) {
  const rules = new Intl.PluralRules(language)
  return (count: number, forms: Forms<Needed>): string => {
    const named = new Map<string, string>(Object.entries(forms))
    return named.get(rules.select(count)) ?? named.get('other') ?? ''
  }
}

/** The noun alone. */
export const nounFor = {
  en: naming<'one' | 'other'>('en'),
  ru: naming<'one' | 'few' | 'other'>('ru'),
}

const numbers = { en: new Intl.NumberFormat('en'), ru: new Intl.NumberFormat('ru') }

export const plural: typeof nounFor = {
  en: (count, forms) => `${numbers.en.format(count)} ${nounFor.en(count, forms)}`,
  ru: (count, forms) => `${numbers.ru.format(count)} ${nounFor.ru(count, forms)}`,
}
