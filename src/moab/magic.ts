// The sandbox's magic addresses: emails that force an answer, so that every way MOAB can fail is a
// thing one can look at. `moab+7@any.domain` is always error 7; with `once-` before the word only
// the first call is forced, and the next one is answered as usual.
import type { Text } from '../providers/provider.ts'
import { answers } from './answer.ts'

/** What the sandbox can do on the wire. `registers`: the email counts as submitted all the same. */
export const behaviours = {
  slow: {
    registers: true,
    says: {
      en: 'accepted, but the answer takes longer than the relay waits',
      ru: 'принято, но ответ идёт дольше, чем ждёт релей',
    },
  },
  drip: {
    registers: true,
    says: {
      en: 'accepted, but the answer comes one byte at a time',
      ru: 'принято, но ответ идёт по одному байту',
    },
  },
  truncated: {
    registers: true,
    says: {
      en: 'accepted, but the answer breaks off half-way',
      ru: 'принято, но ответ обрывается на середине',
    },
  },
  lost: {
    registers: true,
    says: {
      en: 'accepted, but the connection is reset before the answer',
      ru: 'принято, но соединение сброшено до ответа',
    },
  },
  reset: {
    registers: false,
    says: {
      en: 'not accepted, the connection is reset',
      ru: 'не принято, соединение сброшено',
    },
  },
  html: {
    registers: false,
    says: {
      en: 'an HTML page with status 200 instead of an answer',
      ru: 'вместо ответа HTML-страница со статусом 200',
    },
  },
  '500': { registers: false, says: { en: 'HTTP status 500', ru: 'статус HTTP 500' } },
  redirect: {
    registers: false,
    says: {
      en: 'a redirect (302) to another page',
      ru: 'перенаправление (302) на другую страницу',
    },
  },
} as const satisfies Record<string, { registers: boolean; says: Text }>

export type Behaviour = keyof typeof behaviours

/** A number is MOAB's error code; `ordinary` forces nothing. */
export type ForcedAnswer = 'ordinary' | number | Behaviour

export function isBehaviour(word: unknown): word is Behaviour {
  return typeof word === 'string' && Object.hasOwn(behaviours, word)
}

export interface MagicAddress {
  address: string
  /** From which call on: `always`, or only the `first`. */
  when: 'always' | 'first'
  says: Text
}

/** All of them, for docs and people: errors 1 to 11 and every behaviour, always and once. */
export const magicAddresses: readonly MagicAddress[] = [
  ...Object.values(answers).flatMap(({ code, says }) =>
    code === null ? [] : both(String(code), withCode(code, says)),
  ),
  ...Object.entries(behaviours).flatMap(([word, { says }]) => both(word, says)),
]

/** What this email forces, or null for an ordinary address. */
export function magicOf(email: string): { answer: ForcedAnswer; once: boolean } | null {
  const match = /^moab\+(once-)?([a-z]+|\d+)@/i.exec(email)
  const word = match?.[2]?.toLowerCase()
  const once = match?.[1] !== undefined
  if (isBehaviour(word)) return { answer: word, once }
  const code = Number(word)
  return code >= 1 && code <= 11 ? { answer: code, once } : null
}

function both(word: string, says: Text): MagicAddress[] {
  return [
    { address: `moab+${word}@example.com`, when: 'always', says },
    {
      address: `moab+once-${word}@example.com`,
      when: 'first',
      says: {
        en: `first call: ${says.en}; then as usual`,
        ru: `первый вызов: ${says.ru}; дальше как обычно`,
      },
    },
  ]
}

function withCode(code: number, says: Text): Text {
  return { en: `error ${code}: ${says.en}`, ru: `ошибка ${code}: ${says.ru}` }
}
