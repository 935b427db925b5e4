// Sums as people write them. The point is moved in the text, nothing is computed: what is told is what
// the sender wrote. Where that is in doubt nothing is told; a hundred times too much would be worse.
import type { JsonValue } from '../json.ts'
import type { Amount } from '../providers/provider.ts'
import type { Language } from '../rules/trace.ts'

export interface Money {
  /** Of whole units: "4900.00". */
  value: string
  /** In capitals; null where the sender names none. */
  currency: string | null
}

/** ISO 4217, digits of the minor unit where they are not two. */
const isoDigits = new Map([
  ...listed(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...listed(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...listed(4, 'CLF UYW'),
])

function listed(digits: number, currencies: string) {
  return currencies.split(' ').map((currency) => [currency, digits] as const)
}

/** `value` and `currency` as they stand in the event; `currency` is undefined where nothing stands there. */
export function moneyOf(
  amount: Pick<Amount, 'unit' | 'digits'>,
  value: JsonValue,
  currency: JsonValue | undefined,
): Money | null {
  const text = digitsOf(value)
  const code = currency === undefined ? null : codeOf(currency)
  if (text === undefined || code === undefined) return null
  if (amount.unit === 'major') return { value: text, currency: code }
  if (text.includes('.') || code === null) return null
  const own = new Map(Object.entries(amount.digits ?? {}))
  const digits = amount.unit === 'milli' ? 3 : (own.get(code) ?? isoDigits.get(code) ?? 2)
  return { value: withPoint(text, digits), currency: code }
}

function digitsOf(value: JsonValue): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^\d{1,15}(?:\.\d{1,18})?$/.test(text) ? text : undefined
}

/** Of a currency, or of a coin: USDT. */
function codeOf(currency: JsonValue): string | undefined {
  if (typeof currency !== 'string') return undefined
  const code = currency.toUpperCase()
  return /^[A-Z][A-Z0-9]{2,11}$/.test(code) ? code : undefined
}

function withPoint(minor: string, digits: number): string {
  if (digits === 0) return minor
  const padded = minor.padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
}

const locales = { en: 'en-GB', ru: 'ru-RU' } as const

/** 4 900 ₽, €49.50, 0.00012 BTC: every digit that is not a zero at the end. */
export function moneyWords(language: Language): (money: Money) => string {
  // Making one takes as long as the rest of a line; kept for one story, since anybody names currencies.
  const formats = new Map<string | null, Intl.NumberFormat>()
  return ({ value, currency }) => {
    const isIso = currency !== null && currency.length === 3
    const format = formats.get(currency) ?? formatOf(language, isIso ? currency : undefined)
    formats.set(currency, format)
    const said = format.format(Number(value))
    return currency === null || isIso ? said : `${said} ${currency}`
  }
}

const formatOf = (language: Language, currency: string | undefined) =>
  new Intl.NumberFormat(locales[language], {
    ...(currency !== undefined && { style: 'currency', currency }),
    trailingZeroDisplay: 'stripIfInteger',
    maximumFractionDigits: 18,
  })
