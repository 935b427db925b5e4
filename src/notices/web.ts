// Notices over HTTPS: a webhook that is signed by the open specification Standard Webhooks, an incoming
// URL that understands Slack's messages, a Telegram bot.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { standardWebhooksProof } from '../providers/standard-webhooks.ts'
import { signProof } from '../schemes/index.ts'
import { Proof } from '../schemes/proof.ts'
import { secretTexts, type Channel, type ChannelOf } from './channels.ts'
import type { Notice, NoticeItem } from './notice.ts'
import type { Sent } from './outcomes.ts'
import { judgeStatus, post, type Answered, type Judge, type Reach } from './post.ts'
import type { Told } from './telling.ts'

export interface Sending<Of extends Channel = Channel> {
  channel: Of
  notice: Notice
  told: Told
  /** Unix milliseconds. */
  now: number
}

const proof = Proof.parse(standardWebhooksProof)

/** `webhook-id` is the notice's own: the same however often it is sent. */
export async function sendWebhook(
  reach: Reach,
  sending: Sending<ChannelOf<'webhook'>>,
): Promise<Sent> {
  const { channel, notice, told, now } = sending
  const { url, secret } = channel.settings
  const data = {
    partner: notice.partner,
    subject: told.subject,
    text: told.text,
    alarms: notice.items.map(alarmOf),
    more: notice.more,
    left_out: notice.leftOut,
  }
  const type = notice.test ? 'notice.test' : 'notice.alarms'
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data })
  const request = { method: 'POST', url, headers: new Map(), body: Buffer.from(body) }
  const credential = { id: notice.id, secret }
  const signing = { request, format: 'json' as const, credential, settings: {}, now, id: notice.id }
  const signed = await signProof(proof, signing)
  const headers = Object.fromEntries(
    [...signed.headers].map(([name, [value = '']]) => [name, value]),
  )
  const secrets = secretTexts(channel)
  return post(reach, { url, headers, body: signed.body, secrets }, judgeStatus)
}

const alarmOf = (item: NoticeItem) => ({
  happened: item.happened,
  id: item.alarmId,
  kind: item.kind,
  subject: { id: item.subject, name: item.subjectName },
  cause: item.cause,
  detail: item.detail,
  opened_at: item.openedAt,
  closed_at: item.closedAt,
})

export function sendSlack(
  reach: Reach,
  { channel, told }: Sending<ChannelOf<'slack'>>,
): Promise<Sent> {
  const text = slackText(told.text)
  const message = {
    text,
    mrkdwn: false,
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  }
  const { url } = channel.settings
  const body = Buffer.from(JSON.stringify(message))
  return post(reach, { url, headers: {}, body, secrets: secretTexts(channel) }, judgeSlack)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Nothing in it calls anybody: `<!channel>` is text, and what Mattermost would take for @all is none. */
export const slackText = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign).replaceAll('@', '@\u2060')

/** 404: the app, the workspace or the channel is gone, or somebody removed the URL. */
const judgeSlack: Judge = (answer) =>
  answer.status === 404 ? { outcome: 'gone' } : judgeStatus(answer)

export const telegramApi = 'https://api.telegram.org'

/** Plain text: without a parse mode nothing in it is markup. */
export function sendTelegram(
  reach: Reach,
  { channel, told }: Sending<ChannelOf<'telegram'>>,
): Promise<Sent> {
  const { bot_token, chat_id, thread_id, api_url = telegramApi } = channel.settings
  const message = {
    chat_id,
    text: told.text.slice(0, limits.telegramCharsMax).toWellFormed(),
    link_preview_options: { is_disabled: true },
    ...(thread_id !== undefined && { message_thread_id: thread_id }),
  }
  const url = `${api_url.replace(/\/+$/, '')}/bot${bot_token}/sendMessage`
  const body = Buffer.from(JSON.stringify(message))
  return post(reach, { url, headers: {}, body, secrets: secretTexts(channel) }, judgeTelegram)
}

const Refusal = z.object({
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional(),
})

/** 400 and 403 are about the chat, 401 and 404 about the token; the body says when to come again. */
const judgeTelegram: Judge = (answer) => {
  if ([400, 403].includes(answer.status)) return { outcome: 'chat_refused' }
  if ([401, 404].includes(answer.status)) return { outcome: 'token_refused' }
  const retryAfter = retryAfterIn(answer)
  return {
    ...judgeStatus(answer),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter * 1000 }),
  }
}

function retryAfterIn({ text }: Answered): number | undefined {
  try {
    return Refusal.safeParse(JSON.parse(text)).data?.parameters?.retry_after
  } catch {
    return undefined
  }
}
