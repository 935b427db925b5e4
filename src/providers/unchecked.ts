// What of a preset rests on others' word or on memory: said once, from its evidence, wherever a guide
// is shown.
import type { Evidence, Provider, Text } from './provider.ts'

const facts = {
  signature: { en: 'how it is proven', ru: 'способ проверки' },
  email: { en: 'where the email stands', ru: 'место почты' },
}

const grades: Partial<Record<Evidence, Text>> = {
  secondary: { en: 'as others tell it', ru: 'со слов других' },
  recall: { en: 'from memory', ru: 'по памяти' },
}

/** One sentence for the guide; undefined where all of it was read at the sender itself. */
export function uncheckedNote(provider: Provider): Text | undefined {
  const { signature, email } = provider.evidence
  const doubts = [
    { fact: facts.signature, grade: grades[signature] },
    { fact: facts.email, grade: readsEmail(provider) ? grades[email] : undefined },
  ]
  const list = (say: (text: Text) => string) =>
    doubts.flatMap(({ fact, grade }) => (grade ? [`${say(fact)} (${say(grade)})`] : [])).join(', ')
  if (doubts.every(({ grade }) => grade === undefined)) return undefined
  return {
    en: `Not checked on a real delivery yet: ${list(({ en }) => en)}.`,
    ru: `На настоящем уведомлении ещё не проверено: ${list(({ ru }) => ru)}.`,
  }
}

/** How far the sender's schedule of retries can be believed, where not fully. */
export function uncheckedRetries(provider: Provider): Text | undefined {
  return isOwners(provider) ? undefined : grades[provider.evidence.delivery]
}

/** Where its owner writes the body, or no email is ever in it, there is no place to be wrong about. */
function readsEmail(provider: Provider): boolean {
  return !isOwners(provider) && provider.events.some(({ email }) => email.length > 0)
}

const isOwners = ({ kind }: Provider) => kind === 'generic' || kind === 'links'
