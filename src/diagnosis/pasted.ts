// What is plainly wrong with a secret that somebody has just pasted, before anything was signed with it:
// the usual mistakes, each in a sentence. Only advice: whoever knows better saves it all the same.
import type { Provider, Text } from '../providers/provider.ts'

interface Pasted {
  provider: Provider
  field: string
  text: string
  /** The source's own URL: pasted by mistake it proves nothing. */
  url: string | undefined
}

type Look = (pasted: Pasted) => boolean

const looks: readonly { looks: Look; says: Text }[] = [
  {
    looks: ({ text, url }) => url !== undefined && text.trim() === url,
    says: {
      en: 'This is the URL of this page’s source. Here belongs the secret that the provider shows.',
      ru: 'Это URL самого источника. Сюда нужен секрет, который показывает провайдер.',
    },
  },
  {
    looks: ({ text, field }) => field !== 'jwksUrl' && /^https?:\/\//i.test(text.trim()),
    says: {
      en: 'This looks like a web address. Here belongs the secret that the provider shows.',
      ru: 'Похоже на адрес сайта. Сюда нужен секрет, который показывает провайдер.',
    },
  },
  {
    looks: ({ text }) => /^[•●*·]{4,}|[•●]{4,}$/.test(text.trim()),
    says: {
      en: 'These are the dots that hide the secret. Press “Reveal” or “Copy” at the provider first.',
      ru: 'Это точки, которыми секрет скрыт. Сначала нажмите у провайдера «Показать» или «Скопировать».',
    },
  },
  {
    looks: ({ text }) => /…|\.\.\.$/.test(text.trim()),
    says: {
      en: 'This is shortened: the provider shows only a part of it. Copy the whole.',
      ru: 'Он сокращён: провайдер показывает только часть. Скопируйте целиком.',
    },
  },
  {
    looks: ({ text }) => /^(["'`«]).*["'`»]$/s.test(text.trim()),
    says: {
      en: 'There are quotes around it. The secret itself usually has none.',
      ru: 'Вокруг стоят кавычки. В самом секрете их обычно нет.',
    },
  },
  {
    looks: ({ text }) => /^(?:Bearer|Basic) /i.test(text.trim()),
    says: {
      en: 'The word before the token does not belong to it: paste what follows.',
      ru: 'Слово перед токеном к нему не относится: вставьте то, что после него.',
    },
  },
  {
    looks: ({ text, field, provider }) =>
      field === 'secret' && provider.name === 'Stripe' && /^(?:sk|pk|rk)_/.test(text.trim()),
    says: {
      en: 'This is an API key of Stripe. The secret of the webhook begins with whsec_: it stands on the page of the endpoint.',
      ru: 'Это ключ API Stripe. Секрет вебхука начинается с whsec_ и стоит на странице адреса.',
    },
  },
  {
    looks: ({ text, field, provider }) =>
      field === 'secret' &&
      (provider.name === 'Stripe' || usesSvix(provider)) &&
      !/^(?:sk|pk|rk)_/.test(text.trim()) &&
      !text.trim().startsWith('whsec_'),
    says: {
      en: 'Secrets of this provider begin with whsec_. Is the beginning missing?',
      ru: 'Секреты этого провайдера начинаются с whsec_. Не потеряно ли начало?',
    },
  },
  {
    looks: ({ text, field, provider: { guide } }) =>
      guide.inventedCharsMin === undefined &&
      ['secret', 'token'].includes(field) &&
      text.trim().length < copiedCharsMin,
    says: {
      en: 'This is very short for a secret. Was it copied whole?',
      ru: 'Для секрета он очень короткий. Скопирован ли он целиком?',
    },
  },
]

/** Senders show longer ones. */
const copiedCharsMin = 8
const inventable: ReadonlySet<string> = new Set(['secret', 'token', 'password'])

/** What its owner invents must not be guessed by others. */
function guessable({ provider: { guide }, field, text }: Pasted): Text | undefined {
  const { inventedCharsMin: least } = guide
  if (least === undefined || !inventable.has(field) || text.trim().length >= least) return undefined
  return {
    en: `This is short enough to be guessed. Take at least ${least} random characters.`,
    ru: `Такой короткий можно подобрать. Возьмите случайный, не короче ${least} символов.`,
  }
}

const usesSvix = ({ event }: Provider) => event.key.some((part) => part === 'header:svix-id')

/** The first thing that is odd; undefined: nothing is. */
export const oddity = (pasted: Pasted): Text | undefined =>
  pasted.text.trim() === ''
    ? undefined
    : (looks.find(({ looks: isOdd }) => isOdd(pasted))?.says ?? guessable(pasted))
