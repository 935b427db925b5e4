// RevenueCat signs nothing: a header with a text of the owner's choice says who sends it, compared as
// a whole. An app's user has an email only where the app has told RevenueCat.
import type { Amount, Provider } from './provider.ts'

const email = ["$.event.subscriber_attributes['$email'].value", '$.event.app_user_id']
const missing = {
  en: 'Very often missing: the app must set the attribute $email (Purchases.setEmail), or use emails as user ids.',
  ru: 'Очень часто нет: приложение должно заполнить атрибут $email (Purchases.setEmail) или использовать почту как номер пользователя.',
}

const amount: Amount = {
  value: '$.event.price_in_purchased_currency',
  currency: '$.event.currency',
  unit: 'major',
}

export const revenuecat: Provider = {
  name: 'RevenueCat',
  kind: 'payment',
  market: 'world',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: { scheme: 'token', at: { header: 'authorization' } },
  credentials: [['token']],
  body: { format: 'json' },
  event: {
    key: ['$.event.id'],
    type: ['$.event.type'],
    occurredAt: { path: '$.event.event_timestamp_ms', unit: 'ms' },
    test: { path: '$.event.environment', oneOf: ['SANDBOX'] },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'RevenueCat → your project → Integrations → Webhooks → Add new configuration. Paste the URL as Webhook URL, choose Production only (or both), tick the events, save.',
      ru: 'RevenueCat → ваш проект → Integrations → Webhooks → Add new configuration. Вставьте URL в поле Webhook URL, выберите Production only (или оба режима), отметьте события, сохраните.',
    },
    secret: {
      en: 'In the same form: Authorization header value. Invent a long random text and enter exactly the same here, with "Bearer " if you wrote it there.',
      ru: 'В той же форме: Authorization header value. Придумайте длинный случайный текст и впишите сюда ровно его же, вместе с «Bearer », если написали это там.',
    },
    note: {
      en: 'Without that header every request is refused. Sandbox purchases count as tests.',
      ru: 'Без этого заголовка все запросы отклоняются. Покупки из SANDBOX считаются тестовыми.',
    },
  },
  retries: {
    en: 'Five more attempts: after 5, 10, 20, 40 and 80 minutes. Only 200 counts as received.',
    ru: 'Ещё пять попыток: через 5, 10, 20, 40 и 80 минут. Полученным считается только ответ 200.',
  },
  events: [
    {
      type: 'INITIAL_PURCHASE',
      means: 'paid',
      label: { en: 'First purchase of a subscription', ru: 'Первая покупка подписки' },
      when: { path: '$.event.period_type', op: 'ne', value: 'TRIAL' },
      email,
      amount,
      missing,
      sample: {
        api_version: '1.0',
        event: {
          id: '{{id}}',
          type: 'INITIAL_PURCHASE',
          event_timestamp_ms: '{{now:ms}}',
          environment: 'PRODUCTION',
          app_user_id: 'user-2001',
          product_id: 'sample.monthly',
          period_type: 'NORMAL',
          price: 49,
          price_in_purchased_currency: 49,
          currency: 'EUR',
          store: 'APP_STORE',
          subscriber_attributes: {
            $email: { value: 'anna@example.com', updated_at_ms: '{{now:ms}}' },
          },
        },
      },
      sampleEmail: "$['event']['subscriber_attributes']['$email']['value']",
    },
    {
      type: 'RENEWAL',
      means: 'paid',
      label: { en: 'Subscription renewed', ru: 'Подписка продлена' },
      email,
      amount,
      missing,
      sample: {
        api_version: '1.0',
        event: {
          id: '{{id}}',
          type: 'RENEWAL',
          event_timestamp_ms: '{{now:ms}}',
          environment: 'PRODUCTION',
          app_user_id: 'user-2002',
          period_type: 'NORMAL',
          price: 19,
          price_in_purchased_currency: 19,
          currency: 'USD',
          subscriber_attributes: {
            $email: { value: 'boris@example.org', updated_at_ms: '{{now:ms}}' },
          },
        },
      },
      sampleEmail: "$['event']['subscriber_attributes']['$email']['value']",
    },
    {
      type: 'NON_RENEWING_PURCHASE',
      means: 'paid',
      label: { en: 'One-off purchase', ru: 'Разовая покупка' },
      email,
      amount,
      missing,
      sample: {
        api_version: '1.0',
        event: {
          id: '{{id}}',
          type: 'NON_RENEWING_PURCHASE',
          event_timestamp_ms: '{{now:ms}}',
          environment: 'PRODUCTION',
          app_user_id: 'user-2003',
          price: 9,
          price_in_purchased_currency: 9,
          currency: 'EUR',
          subscriber_attributes: {
            $email: { value: 'vera@example.com', updated_at_ms: '{{now:ms}}' },
          },
        },
      },
      sampleEmail: "$['event']['subscriber_attributes']['$email']['value']",
    },
  ],
}
