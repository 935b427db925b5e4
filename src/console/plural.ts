// A number with its noun, in the form that the number asks for.
type Forms<Needed extends string> = Record<Needed, string>

function counting<Needed extends string>(language: string) {
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (count: number, forms: Forms<Needed>): string => {
    const named = new Map<string, string>(Object.entries(forms))
    const noun = named.get(rules.select(count)) ?? named.get('other') ?? ''
    return `${numbers.format(count)} ${noun}`
  }
}

export const plural = {
  en: counting<'one' | 'other'>('en'),
  ru: counting<'one' | 'few' | 'other'>('ru'),
}
