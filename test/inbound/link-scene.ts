// Sources of signed links in a whole relay behind a wire to its database, and visitors of their links.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { request } from 'undici'
import { inject } from 'vitest'
import { createLogger } from '../../src/ops/logging.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { createWire, type Wire } from '../support/wire.ts'

export const secret = 'link-secret-0123456789-abcdefghijklmnop'
export const otherSecret = 'other-secret-0123456789-abcdefghijklmno'
export const landing = 'https://shop.example.com/Welcome?from=mail&x=%20#top'
export const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1' }
export const keyOf = (name: string) => `${name}-key-0123456789abcdef`
const source = (name: string, settings: string, credentials: string) => `
  - name: ${name}
    provider: signed-link
    key: ${keyOf(name)}
    settings: { ${settings} }
    credentials: [${credentials}]
    rules: [{ events: [link.clicked], when: { path: $.campaign, op: ne, value: other }, email: [$.email], campaign: spring }]`
const config = `
partner: acme
campaigns: [{ name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:${source('mail', `landing_url: '${landing}'`, `{ secret: ${secret} }`)}${source('asks', `landing_url: '${landing}', confirm: page`, `{ secret: ${secret} }`)}${source('other', `landing_url: '${landing}'`, `{ secret: ${otherSecret} }`)}${source('keys', `landing_url: '${landing}', algorithms: ES256`, `{ jwks: { keys: [${JSON.stringify(jwk)}] } }`)}${source('bare', `landing_url: '${landing}'`, '')}
  - name: shop
    provider: stripe
    key: ${keyOf('shop')}
    credentials: [{ secret: whsec_x }]
`
export const person =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36'
type Claims = Record<string, string | number | undefined>
export const inADay = () => Math.floor(Date.now() / 1000) + 86_400
/** undefined: not in the token. */
export const claimsOf = (claims: Claims): JWTPayload =>
  ({
    email: 'anna@example.com',
    campaign: 'spring',
    jti: randomUUID(),
    exp: inADay(),
    ...claims,
  }) as JWTPayload
export const tokenOf = (claims: Claims = {}, signedWith = secret) =>
  new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(signedWith))

export interface Going {
  source?: string
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  headers?: Record<string, string>
  more?: string
}
export type LinkScene = Awaited<ReturnType<typeof openLinkScene>>

export async function openLinkScene() {
  const wire: Wire = await createWire(inject('server'))
  const lines: string[] = []
  const log = createLogger('debug')
  Object.assign(Reflect.get(log, pino.symbols.streamSym), {
    write: (line: string) => lines.push(line),
  })
  const it: TestRelay = await startTestRelay(config, {}, wire.port, log)

  const rows = (text: string) => it.db.work.unsafe(text)
  const countOf = async (table: 'events' | 'rejections') =>
    Number((await rows(`select count(*) as n from ${table}`))[0]?.['n'])
  /** On a busy machine the first look at a source may take longer than a visitor is kept waiting. */
  for (const name of ['mail', 'asks', 'other', 'keys', 'bare']) {
    await until(async () => {
      const looked = await request(`${it.url}/go/${keyOf(name)}`, { method: 'HEAD' })
      return looked.statusCode === 302
    })
  }
  return {
    it,
    wire,
    lines,
    rows,
    countOf,
    eventsOf: (jti: unknown) =>
      rows(`select e.*, b.body, b.method, b.headers from events e join event_bodies b on b.id = e.body_id
        where event_key = '${String(jti)}'`),
    /** Rejections are written beside the answer. */
    rejectionAfter: (before: number) =>
      until(async () => {
        if ((await countOf('rejections')) <= before) return false
        const [newest] = await rows('select * from rejections order by id desc limit 1')
        return newest
      }),
    /** undici's `request` follows nothing and adds no User-Agent of its own. */
    async go(token: string | undefined, going: Going = {}) {
      const { source: name = 'mail', method = 'GET', headers = {}, more = '' } = going
      const query = token === undefined ? '' : `t=${token}`
      const answer = await request(`${it.url}/go/${keyOf(name)}?${query}${more}`, {
        method,
        headers: { 'user-agent': person, ...headers },
      })
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
    },
    async close() {
      await it.close()
      await wire.close()
    },
  }
}
