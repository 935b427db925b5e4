// One notice to one channel, by whatever kind it is of.
import { limits } from '../limits.ts'
import { createGuard, webPorts, type GuardOptions } from '../outgoing/guard.ts'
import type { Range } from '../schemes/ip.ts'
import type { Channel } from './channels.ts'
import type { Notice } from './notice.ts'
import type { Sent } from './outcomes.ts'
import type { Reach } from './post.ts'
import { tellNotice, type Telling } from './telling.ts'
import { sendSlack, sendTelegram, sendWebhook } from './web.ts'

export interface SenderOptions {
  /** Networks of the operator's own that channels may lead to. */
  allowed: readonly Range[]
  publicUrl: string | undefined
  /** Unix milliseconds. */
  now(): number
  deadlineMs?: number
  /** For names; without it, this machine's. */
  resolve?: GuardOptions['resolve']
}

/** Never rejects for what the receiver does. */
export type Sender = (
  channel: Channel,
  notice: Notice,
  language: Telling['language'],
) => Promise<Sent>

const mailPorts = [465, 587, 2525]

export function createSender({ allowed, publicUrl, now, ...options }: SenderOptions): Sender {
  const { deadlineMs = limits.noticeDeadlineMs, resolve } = options
  const reach = (ports: readonly number[]): Reach => {
    const guard = createGuard({ allowed, ports, ...(resolve !== undefined && { resolve }) })
    return { guard, allowed, deadlineMs }
  }
  const web = reach(webPorts)
  const mail = reach(mailPorts)
  return async (channel, notice, language) => {
    const told = tellNotice(notice, { language, publicUrl })
    const common = { notice, told, now: now() }
    switch (channel.kind) {
      case 'webhook':
        return sendWebhook(web, { channel, ...common })
      case 'slack':
        return sendSlack(web, { channel, ...common })
      case 'telegram':
        return sendTelegram(web, { channel, ...common })
      case 'email': {
        // Much code, and not everybody has such a channel.
        const { sendEmail } = await import('./email.ts')
        return sendEmail(mail, { channel, ...common })
      }
    }
  }
}
