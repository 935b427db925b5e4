// The kinds of channels: what each needs to know, which of it is secret, and what may be shown of it.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { isOddHost, isRefusedLiteral, readUrl } from '../outgoing/guard.ts'
import { normaliseEmail } from '../rules/email.ts'
import type { Range } from '../schemes/ip.ts'
import { outcomes } from './outcomes.ts'

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((given) => !/\p{Cc}/u.test(given), 'holds a control character')

const address = text(limits.emailInputCharsMax).transform((given, context) => {
  const read = normaliseEmail(given)
  if (read.ok) return read.email.address
  context.addIssue({ code: 'custom', message: 'is not an email address' })
  return z.NEVER
})

/** Standard Webhooks: 24 to 64 random bytes. */
const signingSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64')

export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

export const securities = ['tls', 'starttls', 'none'] as const

/** `allowed`: the networks that may be reached besides the public ones. */
function grammars(allowed: readonly Range[]) {
  const url = text(limits.urlCharsMax).transform((given, context) => {
    const read = readUrl(given, allowed)
    if (read.ok) return read.url.href
    context.addIssue({ code: 'custom', message: outcomes[read.reason].says.en })
    return z.NEVER
  })
  const host = text(limits.nameCharsMax * 2)
    .refine((given) => !isOddHost(given), outcomes.host_odd.says.en)
    .refine((given) => !isRefusedLiteral(given, allowed), outcomes.address_refused.says.en)
  return {
    webhook: z.strictObject({ url, secret: signingSecret }),
    slack: z.strictObject({ url }),
    telegram: z.strictObject({
      bot_token: z.string().regex(/^\d{3,20}:[\w-]{20,100}$/, 'is not a token of @BotFather'),
      chat_id: z
        .union([z.int().transform(String), z.string()])
        .refine((given) => /^(?:-?\d{1,20}|@\w{4,64})$/.test(given), 'is a number or @name'),
      thread_id: z.int().min(1).optional(),
      api_url: url.optional(),
    }),
    email: z.strictObject({
      host,
      port: z.int().min(1).max(65_535),
      security: z.enum(securities),
      username: text(limits.nameCharsMax * 2).optional(),
      password: text(limits.settingCharsMax).optional(),
      from: address,
      to: z.array(address).min(1).max(limits.noticeRecipientsMax),
    }),
  }
}

type Grammars = ReturnType<typeof grammars>
export type ChannelKind = keyof Grammars
type SettingsOf = { [Kind in ChannelKind]: z.output<Grammars[Kind]> }
/** What a channel knows, its kind with it. */
export type Channel = {
  [Kind in ChannelKind]: { kind: Kind; settings: SettingsOf[Kind] }
}[ChannelKind]
export type ChannelOf<Kind extends ChannelKind> = Extract<Channel, { kind: Kind }>

export const channelKinds = [
  'webhook',
  'slack',
  'telegram',
  'email',
] as const satisfies ChannelKind[]

export type Fields = Readonly<Record<string, unknown>>
export type ReadChannel =
  | { ok: true; channel: Channel }
  | { ok: false; mistakes: { path: readonly PropertyKey[]; message: string }[] }

export function readChannel(
  kind: ChannelKind,
  fields: Fields,
  allowed: readonly Range[],
): ReadChannel {
  const parsed = z
    .discriminatedUnion('kind', unionOf(grammars(allowed)))
    .safeParse({ kind, settings: fields })
  if (parsed.success) return { ok: true, channel: parsed.data }
  const mistakes = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: 'there is no such setting',
        }))
      : [{ path: issue.path, message: issue.message }],
  )
  return { ok: false, mistakes }
}

const unionOf = ({ webhook, slack, telegram, email }: Grammars) =>
  [
    z.object({ kind: z.literal('webhook'), settings: webhook }),
    z.object({ kind: z.literal('slack'), settings: slack }),
    z.object({ kind: z.literal('telegram'), settings: telegram }),
    z.object({ kind: z.literal('email'), settings: email }),
  ] as const

/** Given what is not given: so that a few values are enough. */
export function withDefaults(kind: ChannelKind, fields: Fields): Fields {
  if (kind === 'webhook') return { secret: newSigningSecret(), ...fields }
  if (kind !== 'email') return fields
  const port = fields['port'] ?? 587
  return { port, security: port === 465 ? 'tls' : 'starttls', ...fields }
}

interface KindRow {
  /** Settings that decide where the secret goes: with another one it must be given again. */
  leads: readonly string[]
  secret: string | null
}

/** Otherwise whoever may change a channel could have its secret sent to themselves. */
export const secretsOf: Record<ChannelKind, KindRow> = {
  // What signs is not sent.
  webhook: { leads: [], secret: null },
  slack: { leads: [], secret: null },
  telegram: { leads: ['api_url'], secret: 'bot_token' },
  email: { leads: ['host', 'port', 'security'], secret: 'password' },
}

/** Without secrets. A URL is one itself past its host: whoever knows it can write there. */
export function shownOf(channel: Channel): Record<string, string | number | string[] | null> {
  switch (channel.kind) {
    case 'webhook':
    case 'slack':
      return { url: `${new URL(channel.settings.url).origin}/…` }
    case 'telegram': {
      const { bot_token, chat_id, thread_id, api_url } = channel.settings
      return {
        bot: bot_token.split(':', 1)[0] ?? '',
        chat_id,
        thread_id: thread_id ?? null,
        api_url: api_url === undefined ? null : `${new URL(api_url).origin}/…`,
      }
    }
    case 'email': {
      const { host, port, security, username, from, to } = channel.settings
      return { host, port, security, username: username ?? null, from, to }
    }
  }
}

/** Texts that no answer, log or row may repeat. */
export function secretTexts(channel: Channel): string[] {
  switch (channel.kind) {
    case 'webhook':
    case 'slack': {
      const { pathname, search } = new URL(channel.settings.url)
      const parts = [...pathname.split('/'), search].filter((part) => part.length >= 12)
      return [...parts, ...(channel.kind === 'webhook' ? [channel.settings.secret] : [])]
    }
    case 'telegram':
      return [channel.settings.bot_token, channel.settings.bot_token.split(':')[1] ?? '']
    case 'email':
      return [channel.settings.password ?? '']
  }
}
