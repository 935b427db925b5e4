// Auth0 Actions: the only way to get signed events, sign-ins too, out of Auth0. The owner pastes the
// snippet into an Action; it signs by Standard Webhooks. It must never stop a person from signing in.
import { standardWebhooksProof } from './standard-webhooks.ts'
import type { Provider } from './provider.ts'

// Auth0 runs CommonJS on its own Node. A registration keeps its id when it is sent twice (by the
// registration trigger and by the first sign-in), so that it counts once.
const snippet = `// Tells moab-relay about registrations and, if you wish, sign-ins.
// Secrets of this Action: RELAY_URL (the source's URL) and RELAY_SECRET (its secret, whsec_...).
const { createHash, createHmac } = require('node:crypto')

const REPORT_EVERY_SIGN_IN = false // true: also sends user.signed_in at each sign-in
const LIMIT_MS = 3000

exports.onExecutePostUserRegistration = async (event) => {
  await tell(event, 'user.registered', 'registered:' + event.user.user_id, 3)
}

exports.onExecutePostLogin = async (event) => {
  // Social sign-ups never reach the registration trigger: their first sign-in stands for it.
  const first = event.stats && event.stats.logins_count === 1
  if (first) await tell(event, 'user.registered', 'registered:' + event.user.user_id, 2)
  if (REPORT_EVERY_SIGN_IN) {
    const count = event.stats ? event.stats.logins_count : Date.now()
    await tell(event, 'user.signed_in', 'signed_in:' + event.user.user_id + ':' + count, 1)
  }
}

async function tell(event, type, name, attempts) {
  try {
    const user = event.user
    const id = 'msg_' + createHash('sha256').update(name).digest('hex').slice(0, 32)
    const body = JSON.stringify({
      type,
      timestamp: new Date().toISOString(),
      data: {
        user_id: user.user_id,
        email: user.email,
        email_verified: user.email_verified,
        connection: event.connection && event.connection.name,
        client: event.client && event.client.name,
      },
    })
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const answer = await send(event.secrets, id, body)
      if (answer < 500) return
      console.log('moab-relay did not take the event: ' + answer)
    }
  } catch (error) {
    console.log('moab-relay could not be told: ' + error.message)
  }
}

async function send(secrets, id, body) {
  const key = Buffer.from(secrets.RELAY_SECRET.replace(/^whsec_/, ''), 'base64')
  const seconds = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', key).update(id + '.' + seconds + '.' + body).digest('base64')
  try {
    const answer = await fetch(secrets.RELAY_URL, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': 'v1,' + signature,
      },
      body,
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    if (answer.status >= 400) console.log('moab-relay answered ' + answer.status)
    return answer.status
  } catch (error) {
    console.log('moab-relay cannot be reached: ' + error.name)
    return 599
  }
}
`

const missing = {
  en: 'Missing for people who signed up by phone or user name.',
  ru: 'Нет у тех, кто зарегистрировался по телефону или имени.',
}

export const auth0Action: Provider = {
  name: 'Auth0 Action',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'recall' },
  proof: standardWebhooksProof,
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['header:webhook-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Auth0 Dashboard → Actions → Library → Create Action → Build from scratch. Make one for the trigger Post User Registration and one for Login / Post Login, paste the code below into each, add the secret RELAY_URL with this URL, press Deploy, then put each into its flow under Actions → Triggers.',
      ru: 'Auth0 Dashboard → Actions → Library → Create Action → Build from scratch. Сделайте одно действие для триггера Post User Registration и одно для Login / Post Login, вставьте в каждое код ниже, добавьте секрет RELAY_URL с этим URL, нажмите Deploy и перетащите каждое в свой поток в разделе Actions → Triggers.',
    },
    secret: {
      en: 'Make 32 random bytes in Base64 with whsec_ in front, enter the text here and, in each Action, as the secret RELAY_SECRET (the key icon on the left).',
      ru: 'Возьмите 32 случайных байта в Base64, поставьте впереди whsec_, впишите текст сюда и в каждое действие как секрет RELAY_SECRET (значок ключа слева).',
    },
    note: {
      en: 'Both Actions are needed: Auth0 runs the registration trigger only for database and passwordless sign-ups, social ones show up at their first sign-in. A registration reported twice counts once.',
      ru: 'Нужны оба действия: триггер регистрации Auth0 запускает только для своей базы и входа без пароля, а регистрация через соцсети видна лишь при первом входе. Дважды присланная регистрация считается один раз.',
    },
  },
  retries: {
    en: 'Auth0 repeats nothing; the code itself tries a registration two or three times, at most 3 s each.',
    ru: 'Auth0 ничего не повторяет; код сам пробует отправить регистрацию два-три раза, каждый раз не дольше 3 с.',
  },
  events: [
    {
      type: 'user.registered',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.data.email'],
      missing,
      sample: {
        type: 'user.registered',
        timestamp: '{{now:iso}}',
        data: {
          user_id: 'auth0|sample{{id}}',
          email: 'anna@example.com',
          email_verified: false,
          connection: 'Username-Password-Authentication',
          client: 'Sample shop',
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'user.signed_in',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: ['$.data.email'],
      missing,
      sample: {
        type: 'user.signed_in',
        timestamp: '{{now:iso}}',
        data: {
          user_id: 'google-oauth2|sample{{id}}',
          email: 'boris@example.org',
          email_verified: true,
          connection: 'google-oauth2',
          client: 'Sample shop',
        },
      },
      sampleEmail: "$['data']['email']",
    },
  ],
  snippet: { language: 'javascript', text: snippet },
}
