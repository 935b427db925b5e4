// Bitrix24, outgoing webhooks: a form with PHP's brackets, with a token of the webhook inside. It
// tells which record changed, never what stands in it, so there is no email.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Never there, only the number of the record: let a connector (Albato, n8n, Make) fetch the contact and send its email as a "Webhook with a token".',
  ru: 'Никогда нет, только номер записи: пусть коннектор (Albato, n8n, Make) прочитает контакт и пришлёт его почту как «Вебхук с токеном».',
}

const auth = {
  domain: 'sample.bitrix24.ru',
  client_endpoint: 'https://sample.bitrix24.ru/rest/',
  server_endpoint: 'https://oauth.bitrix24.tech/rest/',
  member_id: 'a223c6b3710f85df22e9377d6c4f7553',
}

export const bitrix24: Provider = {
  name: 'Bitrix24',
  nameRu: 'Битрикс24',
  kind: 'crm',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: { scheme: 'token', at: { field: '$.auth.application_token' } },
  credentials: [['token']],
  body: { format: 'brackets' },
  event: {
    key: ['$.event', '$.data.FIELDS.ID', '$.ts'],
    type: ['$.event'],
    occurredAt: { path: '$.ts', unit: 's' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Bitrix24 → Developer resources (Разработчикам) → Other → Outbound webhook (Исходящий вебхук): paste the URL as handler URL, choose the events, save.',
      ru: 'Битрикс24 → «Разработчикам» → «Другое» → «Исходящий вебхук»: вставьте URL в поле «URL вашего обработчика», выберите события и сохраните.',
    },
    secret: {
      en: 'On the page of the same webhook: application token (Токен приложения).',
      ru: 'На странице того же вебхука: «Токен приложения».',
    },
    note: {
      en: 'Bitrix24 sends no email. Connect it to count and to audit; for bonuses let a connector fetch the contact. Nothing is signed: whoever learns the token can invent events.',
      ru: 'Почту Битрикс24 не присылает. Подключайте его для учёта; чтобы выдавать бонусы, пусть контакт читает коннектор. Ничего не подписано: кто узнает токен, сможет придумывать события.',
    },
  },
  retries: {
    en: 'Sent from a queue; a slow receiver is called less often.',
    ru: 'Отправляет из очереди; медленному приёмнику шлёт реже.',
  },
  events: [
    {
      type: 'ONCRMCONTACTADD',
      means: 'registered',
      label: { en: 'Contact added', ru: 'Контакт создан' },
      email: [],
      missing,
      sample: {
        event: 'ONCRMCONTACTADD',
        event_handler_id: '17',
        data: { FIELDS: { ID: '{{id}}' } },
        ts: '{{now:s}}',
        auth,
      },
    },
    {
      type: 'ONCRMLEADADD',
      means: 'submitted',
      label: { en: 'Lead added', ru: 'Лид создан' },
      email: [],
      missing,
      sample: {
        event: 'ONCRMLEADADD',
        event_handler_id: '18',
        data: { FIELDS: { ID: '{{id}}' } },
        ts: '{{now:s}}',
        auth,
      },
    },
    {
      type: 'ONCRMDEALUPDATE',
      means: 'other',
      label: { en: 'Deal changed', ru: 'Сделка изменилась' },
      email: [],
      missing,
      sample: {
        event: 'ONCRMDEALUPDATE',
        event_handler_id: '19',
        data: { FIELDS: { ID: '{{id}}' } },
        ts: '{{now:s}}',
        auth,
      },
    },
  ],
}
