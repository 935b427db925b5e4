// A notice as a plain letter through the channel's own mail server. Loaded when the first one is sent.
import { hostname } from 'node:os'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { inTime } from '../outgoing/connector.ts'
import { parseAddress } from '../schemes/ip.ts'
import { secretTexts, type ChannelOf } from './channels.ts'
import type { OutcomeWord, Sent } from './outcomes.ts'
import { failed, snippet, wordOfCode, type Reach } from './post.ts'
import type { Sending } from './web.ts'

type Email = ChannelOf<'email'>

export async function sendEmail(reach: Reach, sending: Sending<Email>): Promise<Sent> {
  const signal = AbortSignal.timeout(reach.deadlineMs)
  const { host, port, security } = sending.channel.settings
  const judged = await inTime(reach.guard({ host, port, encrypted: security !== 'none' }), signal)
  if (judged === 'timeout') return failed('timeout')
  if (!judged.ok) return failed(judged.reason)
  const [first] = judged.addresses
  if (first === undefined) return failed('name_unknown')
  const letter = compose(sending)
  const connection = connectionTo(sending.channel, first.address, reach.deadlineMs)
  try {
    const work = handOver(connection, sending.channel, letter.envelope, await letter.build())
    work.catch(() => {})
    const response = await inTime(work, signal)
    if (response === 'timeout') return failed('timeout')
    return { outcome: 'delivered', httpStatus: null, answer: snippet(response, secretsIn(sending)) }
  } catch (error) {
    return refusalOf(error, secretsIn(sending))
  } finally {
    connection.close()
  }
}

const secretsIn = ({ channel }: Sending<Email>) => secretTexts(channel)

/** Nothing is read from files or URLs; machines do not answer it. */
function compose({ channel, notice, told }: Sending<Email>) {
  const { from, to } = channel.settings
  const node = new MailComposer({
    from: { name: 'moab-relay', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject: told.subject.slice(0, limits.noticeSubjectCharsMax).toWellFormed(),
    text: told.text,
    // The same for every try: whoever got it twice shows it once.
    messageId: `<${notice.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return { envelope: { from, to: [...to] }, build: () => node.build() }
}

/** To the address that was judged; the certificate must be the name's. */
function connectionTo({ settings }: Email, address: string, deadlineMs: number): SMTPConnection {
  const { host, port, security } = settings
  return new SMTPConnection({
    host: address,
    port,
    ...(parseAddress(host) === null && { servername: host, tls: { servername: host } }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    name: hostname().replace(/[^\w.-]/g, '') || 'localhost',
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    socketCloseTimeout: 0,
    maxResponseSize: limits.noticeAnswerBytesMax,
    allowInternalNetworkInterfaces: true,
  })
}

/** Resolves with the server's last word. */
function handOver(
  connection: SMTPConnection,
  { settings: { username, password } }: Email,
  envelope: { from: string; to: string[] },
  message: Buffer,
): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('the connection ended')))
    const send = () =>
      connection.send(envelope, message, (error, info) => {
        if (error) return reject(error)
        resolve(info?.response ?? '')
        connection.quit()
      })
    connection.connect((error) => {
      if (error) return reject(error)
      if (username === undefined) return send()
      connection.login({ user: username, pass: password ?? '' }, (refused) =>
        refused ? reject(refused) : send(),
      )
    })
  })
}

const some = z.string().catch('')
const Refusal = z.object({
  code: some,
  originalCode: some,
  response: some,
  responseCode: z.number().catch(0),
})

function refusalOf(error: unknown, secrets: readonly string[]): Sent {
  const { code, originalCode, response, responseCode: status } = Refusal.parse(error)
  return {
    outcome: outcomeOf(code, status) ?? wordOfCode(originalCode || code),
    httpStatus: null,
    answer: snippet(response, secrets),
  }
}

/** Undefined: it is no answer of the server. */
function outcomeOf(code: string, status: number): OutcomeWord | undefined {
  // 4xx: it may well be right the next time.
  if (status >= 400 && status < 500) return 'busy'
  if (code === 'EAUTH') return 'login_refused'
  // An upgrade that the server refused, or one that failed.
  if (code === 'ETLS') return status > 0 ? 'no_starttls' : 'tls_failed'
  return status >= 500 ? 'mail_refused' : undefined
}
