// Braintree: a form with base64 of XML and a signature of that text as received, line break included.
// The key is the SHA-1 of the private API key; before each signature stands a public key's name.
import type { Provider } from './provider.ts'

const subscription = '$.bt_payload.notification.subject.subscription'

export const braintree: Provider = {
  name: 'Braintree',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha1',
    key: ['utf8', 'sha1'],
    template: '{field:$.bt_payload}',
    encoding: 'hex',
    signature: {
      at: { field: '$.bt_signature' },
      syntax: { kind: 'pairs', separator: '&', assign: '|', name: '*' },
    },
  },
  settings: {
    publicKey: {
      form: 'word',
      label: { en: 'Public key', ru: 'Открытый ключ (Public Key)' },
      help: {
        en: 'The public half of the same API key. Needed only for the button "Check URL" in older control panels; leave it empty otherwise.',
        ru: 'Открытая часть того же ключа API. Нужна только для кнопки «Check URL» в старых кабинетах, иначе оставьте пустым.',
      },
    },
  },
  credentials: [['secret']],
  body: { format: 'form', embedded: [{ at: '$.bt_payload', as: 'base64-xml' }] },
  event: {
    key: [
      '$.bt_payload.notification.kind',
      '$.bt_payload.notification.subject.*.id',
      '$.bt_payload.notification.timestamp',
    ],
    type: ['$.bt_payload.notification.kind'],
    occurredAt: { path: '$.bt_payload.notification.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  handshakes: [
    {
      // Nothing but such a challenge is ever signed for a stranger: a payload that could be an event
      // would be a forged one.
      when: { method: 'GET', queryLike: { name: 'bt_challenge', pattern: '[a-f0-9]{20,32}' } },
      proof: 'none',
      answer: {
        status: 200,
        body: '{setting:publicKey}|{hash}',
        hash: { algorithm: 'sha1', of: '{query:bt_challenge}', key: ['utf8', 'sha1'] },
      },
    },
  ],
  guide: {
    url: {
      en: 'Braintree Control Panel → the gear → API → Webhooks → Create new Webhook. Paste the URL as Destination URL, tick Subscription Charged Successfully, create.',
      ru: 'Braintree Control Panel → шестерёнка → API → Webhooks → Create new Webhook. Вставьте URL в поле Destination URL, отметьте Subscription Charged Successfully, создайте.',
    },
    secret: {
      en: 'The gear → API → Keys → API Keys → View at Private Key. Paste the private key here. Sandbox and production have different ones.',
      ru: 'Шестерёнка → API → Keys → API Keys → View у строки Private Key. Вставьте сюда закрытый ключ. В песочнице и в бою ключи разные.',
    },
    note: {
      en: 'Braintree signs with every API key of the account; any one of them will do.',
      ru: 'Braintree подписывает всеми ключами API кабинета, подойдёт любой.',
    },
  },
  retries: {
    en: 'Production: hourly for about a day. Sandbox: for a shorter time.',
    ru: 'В боевом режиме: раз в час около суток. В песочнице: меньше.',
  },
  events: [
    {
      type: 'subscription_charged_successfully',
      means: 'paid',
      label: { en: 'Subscription charged', ru: 'Списание по подписке прошло' },
      email: [`${subscription}.transactions[0].customer.email`],
      amount: {
        value: `${subscription}.transactions[0].amount`,
        currency: `${subscription}.transactions[0]['currency-iso-code']`,
        unit: 'major',
      },
      missing: {
        en: 'Missing where the customer was created without an email.',
        ru: 'Нет, если покупателя завели без почты.',
      },
      sample: {
        bt_payload: {
          notification: {
            timestamp: '{{now:iso}}',
            kind: 'subscription_charged_successfully',
            subject: {
              subscription: {
                id: '{{id}}',
                'plan-id': 'sample-plan',
                status: 'Active',
                price: '49.00',
                transactions: [
                  {
                    id: 'sample',
                    status: 'submitted_for_settlement',
                    amount: '49.00',
                    'currency-iso-code': 'EUR',
                    customer: {
                      id: '2001',
                      'first-name': 'Anna',
                      'last-name': 'Sample',
                      email: 'anna@example.com',
                    },
                  },
                ],
              },
            },
          },
        },
        bt_signature: '',
      },
      sampleEmail:
        "$['bt_payload']['notification']['subject']['subscription']['transactions'][0]['customer']['email']",
    },
    {
      type: 'subscription_went_active',
      means: 'other',
      label: { en: 'Subscription went active', ru: 'Подписка начала действовать' },
      email: [`${subscription}.transactions[0].customer.email`],
      missing: {
        en: 'Missing where nothing was charged yet, as in a trial.',
        ru: 'Нет, если ещё ничего не списано, например в пробном периоде.',
      },
      sample: {
        bt_payload: {
          notification: {
            timestamp: '{{now:iso}}',
            kind: 'subscription_went_active',
            subject: {
              subscription: {
                id: '{{id}}',
                status: 'Active',
                transactions: [{ id: 'sample', customer: { email: 'boris@example.org' } }],
              },
            },
          },
        },
        bt_signature: '',
      },
      sampleEmail:
        "$['bt_payload']['notification']['subject']['subscription']['transactions'][0]['customer']['email']",
    },
  ],
}
