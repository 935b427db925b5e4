// Recurly: the time in milliseconds, then one signature per secret, without names. The delivery's id
// stands in a header that is not signed. What happened is the name of the body's only member, or, in
// the lightweight form, two fields.
import type { Provider } from './provider.ts'

const email = ['$.*.account.email']
const missing = {
  en: 'Missing where the account has none. Lightweight JSON webhooks hold only numbers, never an email.',
  ru: 'Нет, если у клиента она не указана. В облегчённых вебхуках (lightweight JSON) только номера, почты не бывает.',
}

export const recurly: Provider = {
  name: 'Recurly',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'secondary' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}.{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'recurly-signature' },
      syntax: { kind: 'positional', separator: ',' },
    },
    timestamp: { at: { first: true }, unit: 'ms', toleranceSeconds: 300, sided: 'two' },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    // Only what happens once to the object it names; all else is told apart by its bytes.
    key: ['name:$.*', '$.*.transaction.id'],
    otherKeys: [
      ['name:$.*', '$.new_account_notification.account.account_code'],
      ['name:$.*', '$.new_subscription_notification.subscription.uuid'],
      ['$.object_type', '$.event_type', '$.id', '$.event_time'],
    ],
    type: ['name:$.*', '$.object_type', '$.event_type'],
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Recurly → Integrations → Webhooks → Configure → New Endpoint. Paste the URL, format JSON (not XML, not lightweight), tick Successful Payment and New Account, create.',
      ru: 'Recurly → Integrations → Webhooks → Configure → New Endpoint. Вставьте URL, формат JSON (не XML и не lightweight), отметьте Successful Payment и New Account, создайте.',
    },
    secret: {
      en: 'Open the endpoint → Secret key → Reveal. After "Regenerate" Recurly signs with the old and the new one for a day: add the new one here in that time.',
      ru: 'Откройте адрес → Secret key → Reveal. После «Regenerate» Recurly сутки подписывает и старым, и новым: за это время добавьте новый сюда.',
    },
    note: {
      en: 'XML webhooks are not signed and are refused.',
      ru: 'Вебхуки в XML не подписываются и отклоняются.',
    },
  },
  retries: {
    en: 'Up to about ten attempts with growing pauses.',
    ru: 'Примерно до десяти попыток с растущими паузами.',
  },
  events: [
    {
      type: 'successful_payment_notification',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email,
      missing,
      sample: {
        successful_payment_notification: {
          account: {
            account_code: 'sample-anna',
            email: 'anna@example.com',
            first_name: 'Anna',
            last_name: 'Sample',
          },
          transaction: {
            id: '{{id}}',
            invoice_number: 1042,
            action: 'purchase',
            date: '{{now:iso}}',
            amount_in_cents: 4900,
            status: 'success',
          },
        },
      },
      sampleEmail: "$['successful_payment_notification']['account']['email']",
    },
    {
      type: 'new_account_notification',
      means: 'registered',
      label: { en: 'Account created', ru: 'Клиент создан' },
      email,
      missing,
      sample: {
        new_account_notification: {
          account: {
            account_code: '{{id}}',
            email: 'vera@example.com',
            first_name: 'Vera',
            last_name: 'Sample',
          },
        },
      },
      sampleEmail: "$['new_account_notification']['account']['email']",
    },
    {
      type: 'new_subscription_notification',
      means: 'other',
      label: { en: 'Subscription created', ru: 'Подписка создана' },
      email,
      missing,
      sample: {
        new_subscription_notification: {
          account: { account_code: 'sample-boris', email: 'boris@example.org' },
          subscription: { uuid: '{{id}}', state: 'active', plan: { plan_code: 'sample' } },
        },
      },
      sampleEmail: "$['new_subscription_notification']['account']['email']",
    },
  ],
}
