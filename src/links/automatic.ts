// Who opens a link without a person wanting to go there: it is sent on and nothing is counted. Only
// those that say so can be told apart. A scanner that looks like a browser is what a source's
// confirmation page is for; browsers without a window are not listed, partners test with them.
import type { HeaderMap } from '../schemes/scheme.ts'

/** Headers by which a browser says that nobody has clicked yet, and what they say then. */
const aheadOfTime: Readonly<Record<string, RegExp>> = {
  /** Chromium, Firefox, Safari: https://wicg.github.io/nav-speculation/prefetch.html */
  'sec-purpose': /prefetch|prerender/i,
  /** Chromium before 2023, and Safari. */
  purpose: /prefetch|prerender|preview/i,
  /** Safari's page of favourites. */
  'x-purpose': /prefetch|prerender|preview/i,
  /** Firefox before 2023. */
  'x-moz': /prefetch|prerender/i,
}

/** By User-Agent, each with an example of what it is there for. */
const scanners: readonly { pattern: RegExp; example: string }[] = [
  // Any that call themselves so: Slackbot, TelegramBot, Twitterbot, LinkedInBot, Discordbot, YandexBot,
  // Mail.RU_Bot, Applebot, Googlebot. CUBOT is a phone.
  { pattern: /(?<!\bcu)bots?(?![a-z])/i, example: 'Slackbot-LinkExpanding 1.0' },
  { pattern: /crawler|spider|scanner/i, example: 'Baiduspider/2.0' },
  { pattern: /preview/i, example: 'Mozilla/5.0 (Windows NT 6.1; WOW64) BingPreview/1.0b' },

  // Gateways of mail.
  { pattern: /barracuda/i, example: 'Barracuda Sentinel (EE)' },
  { pattern: /proofpoint/i, example: 'Proofpoint URL Defense' },
  { pattern: /mimecast/i, example: 'Mimecast TTP' },
  {
    pattern: /safelinks|ms-office|msoffice/i,
    example: 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
  },
  { pattern: /ironport|cisco secure email/i, example: 'Cisco-IronPort' },
  { pattern: /symantec|messagelabs|cloudmark/i, example: 'Symantec Email Security.cloud' },
  { pattern: /fireeye|trellix|forcepoint|fortiguard/i, example: 'FireEye URL Analysis' },
  { pattern: /kaspersky ?(?:lab|security)|dr\.?web link/i, example: 'KasperskySecurity LinkCheck' },

  // Services that look at a page for others.
  { pattern: /google-[a-z]|googleimageproxy|googleother|-google\b/i, example: 'Google-Read-Aloud' },
  { pattern: /yahoomailproxy/i, example: 'YahooMailProxy; https://help.yahoo.com' },
  {
    pattern: /yandex(?:images|favicons|pagechecker|metrika|direct|webmaster|accessibility)/i,
    example: 'Mozilla/5.0 (compatible; YandexFavicons/1.0; +http://yandex.com/support)',
  },

  // Messengers and networks that draw a card for the link. Their own browsers name themselves otherwise.
  {
    pattern: /facebookexternalhit|meta-externalagent|facebookcatalog/i,
    example: 'facebookexternalhit/1.1',
  },
  { pattern: /^whatsapp\//i, example: 'WhatsApp/2.23.20.0 A' },
  { pattern: /vkshare/i, example: 'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)' },
  { pattern: /slack-imgproxy|iframely|embedly/i, example: 'Slack-ImgProxy 1.0' },
]

export const scannerExamples: readonly string[] = scanners.map(({ example }) => example)

export function isAutomatic(method: string, headers: HeaderMap): boolean {
  if (method === 'HEAD') return true
  const says = (name: string, pattern: RegExp) =>
    headers.get(name)?.some((value) => pattern.test(value)) === true
  return (
    Object.entries(aheadOfTime).some(([name, pattern]) => says(name, pattern)) ||
    scanners.some(({ pattern }) => says('user-agent', pattern))
  )
}
