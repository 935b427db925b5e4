// GitHub: only the body is signed. The delivery id and the event name travel in headers outside
// the signature, so the key is the hash of the body, and the event name is used for the type only.
import type { Provider } from './provider.ts'

export const github: Provider = {
  name: 'GitHub',
  kind: 'code',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'x-hub-signature-256' },
      syntax: { kind: 'single', prefix: 'sha256=' },
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: { key: [], type: ['header:x-github-event', '$.action'] },
  answer: { status: 200 },
  handshakes: [
    {
      when: { headerIs: { name: 'x-github-event', equals: 'ping' } },
      proof: 'required',
      answer: { status: 200 },
    },
  ],
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Repository or organisation → Settings → Webhooks → Add webhook. Paste the URL as Payload URL and choose the content type application/json: the other one is not read. GitHub sends a ping at once; it is answered and not kept.',
      ru: 'Репозиторий или организация → Settings → Webhooks → Add webhook. Вставьте URL в Payload URL и выберите тип application/json: другой не читается. GitHub сразу пришлёт ping: на него приходит ответ, но событием он не становится.',
    },
    secret: {
      en: 'On the same page invent a long random text for "Secret" and paste the same text here.',
      ru: 'На той же странице придумайте длинный случайный текст для поля «Secret» и вставьте его же сюда.',
    },
    note: {
      en: 'Sponsorships: Sponsors dashboard → Webhooks. Marketplace: the listing → Webhook.',
      ru: 'Спонсорство: Sponsors dashboard → Webhooks. Marketplace: страница приложения → Webhook.',
    },
  },
  retries: {
    en: 'None: a failed delivery is repeated only by hand, on the page Recent Deliveries.',
    ru: 'Нет: неудачную доставку повторяют только вручную, на странице Recent Deliveries.',
  },
  events: [
    {
      type: 'marketplace_purchase.purchased',
      means: 'paid',
      label: { en: 'Marketplace purchase', ru: 'Покупка в Marketplace' },
      email: ['$.marketplace_purchase.account.organization_billing_email', '$.sender.email'],
      missing: {
        en: 'Often missing: people hide their email, organisations may have no billing email.',
        ru: 'Часто нет: люди скрывают почту, а у организации её может не быть.',
      },
      sample: {
        action: 'purchased',
        effective_date: '{{now:iso}}',
        sender: { login: 'anna-sample', id: 4101, email: 'anna@example.com', type: 'User' },
        marketplace_purchase: {
          account: {
            type: 'Organization',
            id: 7201,
            login: 'sample-company',
            organization_billing_email: 'billing@example.org',
          },
          billing_cycle: 'monthly',
          unit_count: 1,
          plan: { id: 31, name: 'Sample plan', monthly_price_in_cents: 1900 },
        },
      },
      sampleEmail: "$['marketplace_purchase']['account']['organization_billing_email']",
      sampleHeaders: { 'x-github-event': 'marketplace_purchase' },
    },
    {
      type: 'sponsorship.created',
      means: 'paid',
      label: { en: 'Sponsorship created', ru: 'Новый спонсор' },
      email: ['$.sponsorship.sponsor.email', '$.sender.email'],
      missing: {
        en: 'Mostly missing: only people who made their email public have it.',
        ru: 'Чаще всего нет: почта есть только у тех, кто её открыл.',
      },
      sample: {
        action: 'created',
        sponsorship: {
          node_id: 'sample-{{id}}',
          created_at: '{{now:iso}}',
          sponsor: { login: 'boris-sample', id: 4102, type: 'User' },
          tier: { name: '$5 a month', monthly_price_in_cents: 500 },
        },
        sender: { login: 'boris-sample', id: 4102, email: 'boris@example.org', type: 'User' },
      },
      sampleEmail: "$['sender']['email']",
      sampleHeaders: { 'x-github-event': 'sponsorship' },
    },
  ],
}
