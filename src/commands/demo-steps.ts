// The seven requests of the demo, in order, each with what must become of it.
import { uuidv7 } from '../ids.ts'
import { signedSample } from '../inbound/sample.ts'
import type { Installation } from '../installation.ts'
import { createDirectory, type ActiveSource } from '../partners/directory.ts'
import type { Text } from '../providers/provider.ts'
import type { SentRequest } from '../schemes/scheme.ts'

export interface DemoStep {
  title: Text
  request: SentRequest
  email: string
  expect: { status: number; fate: string }
}

const sources = {
  shop: { provider: 'stripe', key: 'demo-shop-', event: 'invoice.paid' },
  login: { provider: 'auth0-event-stream', key: 'demo-login-', event: 'user.created' },
  course: { provider: 'standard-webhooks', key: 'demo-course-', event: 'user.registered' },
} as const
type SourceName = keyof typeof sources

const secretOf: Record<SourceName, object> = {
  shop: { secret: 'whsec_demo_shop_secret' },
  login: { token: 'demo-login-token-0123456789' },
  course: { secret: `whsec_${Buffer.alloc(32, 'demo').toString('base64')}` },
}

export function demoConfig(partner: string): string {
  const rule = (name: SourceName) => ({
    events: name === 'course' ? ['*'] : [sources[name].event],
    email:
      name === 'course'
        ? ['$.data.email']
        : ['$.data.object.customer_email', '$.data.object.email'],
    campaign: 'try-out',
  })
  return JSON.stringify({
    partner,
    campaigns: [{ name: 'try-out', mode: 'sandbox' }],
    sources: Object.entries(sources).map(([name, { provider, key }]) => ({
      name,
      provider,
      key: `${key}${partner}`,
      credentials: [secretOf[isName(name) ? name : 'shop']],
      rules: [rule(isName(name) ? name : 'shop')],
    })),
  })
}

const isName = (name: string): name is SourceName => Object.hasOwn(sources, name)

interface Told {
  title: Text
  from: SourceName
  email: string
  status: number
  fate: string
  change?: 'forge' | 'repeat'
}

/** In order: the repetition follows what it repeats, the limit comes last because it stops the campaign. */
const told: readonly Told[] = [
  {
    title: { en: 'Stripe: Maria paid an invoice', ru: 'Stripe: Мария оплатила счёт' },
    from: 'shop',
    email: 'maria@example.com',
    status: 200,
    fate: 'granted',
  },
  {
    title: {
      en: 'Auth0 Event Stream: Ivan registered',
      ru: 'Auth0 Event Stream: Иван зарегистрировался',
    },
    from: 'login',
    email: 'ivan@example.com',
    status: 204,
    fate: 'granted',
  },
  {
    title: {
      en: 'Standard Webhooks: Anna registered for a course',
      ru: 'Standard Webhooks: Анна записалась на курс',
    },
    from: 'course',
    email: 'anna@example.com',
    status: 200,
    fate: 'granted',
  },
  {
    title: {
      en: 'A forged Stripe webhook: the body was changed after signing',
      ru: 'Поддельный вебхук Stripe: тело изменили после подписания',
    },
    from: 'shop',
    email: 'mallory@example.com',
    status: 401,
    fate: 'refused',
    change: 'forge',
  },
  {
    title: {
      en: 'Stripe sends Maria’s invoice a second time',
      ru: 'Stripe присылает счёт Марии второй раз',
    },
    from: 'shop',
    email: 'maria@example.com',
    status: 200,
    fate: 'duplicate',
    change: 'repeat',
  },
  {
    title: { en: 'Stripe: an invoice without an email', ru: 'Stripe: счёт без email' },
    from: 'shop',
    email: '',
    status: 200,
    fate: 'unmatched',
  },
  {
    title: {
      en: 'Stripe: an invoice when the promotion’s limit is reached',
      ru: 'Stripe: счёт, когда предел акции исчерпан',
    },
    from: 'shop',
    email: 'moab+9@example.com',
    status: 200,
    fate: 'held',
  },
]

export async function demoSteps(
  installation: Installation,
  partner: string,
  relayUrl: string,
): Promise<DemoStep[]> {
  const steps: DemoStep[] = []
  for (const { title, from, email, status, fate, change } of told) {
    const signed = () => signedBy(installation, { partner, relayUrl, from, email })
    const earlier = steps.find((step) => step.email === email)
    const request = change === 'repeat' && earlier !== undefined ? earlier.request : await signed()
    steps.push({
      title,
      email,
      request: change === 'forge' ? forged(request) : request,
      expect: { status, fate },
    })
  }
  return steps
}

interface Wanted {
  partner: string
  relayUrl: string
  from: SourceName
  email: string
}

async function signedBy({ db, vault }: Installation, wanted: Wanted): Promise<SentRequest> {
  const { partner, relayUrl, from, email } = wanted
  const { key, event } = sources[from]
  const source = await createDirectory(db.orm, vault).sourceByKey(`${key}${partner}`)
  if (source === undefined || 'broken' in source) throw new Error(`the demo has no source ${from}`)
  const url = `${relayUrl}/in/${key}${partner}`
  const sample = {
    provider: source.provider,
    eventType: event,
    email,
    id: uuidv7(),
    now: Date.now(),
    url,
  }
  return signedSample(sample, credentialOf(source), source.settings)
}

function credentialOf(source: ActiveSource) {
  const credential = source.credentials[0]?.credential
  if (credential === undefined) throw new Error('the demo source has no credential')
  return credential
}

function forged(request: SentRequest): SentRequest {
  const text = request.body.toString('utf8').replace('mallory@', 'mallory.evil@')
  return { ...request, body: Buffer.from(text) }
}
