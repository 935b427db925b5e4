// App Store Server Notifications V2: the body is a token whose certificates lead to Apple's root, with
// tokens about the purchase inside. Apple never tells an email: only the id the app itself gave.
import type { Amount, Provider } from './provider.ts'

const missing = {
  en: 'Never there: Apple hides the buyer. appAccountToken is the id your app gave at the purchase.',
  ru: 'Никогда нет: Apple скрывает покупателя. В appAccountToken номер, который при покупке задало ваше приложение.',
}

const notification = {
  notificationUUID: '{{id}}',
  version: '2.0',
  signedDate: '{{now:ms}}',
}

const data = {
  appAppleId: 1234567890,
  bundleId: 'com.example.app',
  bundleVersion: '42',
  environment: 'Production',
  status: 1,
}

const transaction = {
  transactionId: '{{id}}',
  originalTransactionId: '700001042',
  bundleId: 'com.example.app',
  productId: 'com.example.app.month',
  purchaseDate: '{{now:ms}}',
  quantity: 1,
  price: 49_990,
  currency: 'EUR',
  inAppOwnershipType: 'PURCHASED',
  appAccountToken: '7e3fb204-0000-4000-8000-000000001042',
  environment: 'Production',
  signedDate: '{{now:ms}}',
}

const amount: Amount = {
  value: '$.data.signedTransactionInfo.price',
  currency: '$.data.signedTransactionInfo.currency',
  unit: 'milli',
}

export const appleAppStore: Provider = {
  name: 'App Store Server Notifications',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { field: '$.signedPayload' },
    algorithms: 'ES256',
    chain: {
      // Apple Root CA - G3.
      rootSha256: '63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179',
      length: 3,
      leafOid: '1.2.840.113635.100.6.11.1',
      intermediateOid: '1.2.840.113635.100.6.2.1',
      datePath: '$.signedDate',
    },
    claims: [
      {
        path: "$['data','summary','appData','externalPurchaseToken'].bundleId",
        equals: { setting: 'bundle_id' },
      },
    ],
  },
  settings: {
    bundle_id: {
      form: 'word',
      label: { en: 'Bundle ID of the app', ru: 'Bundle ID приложения' },
      help: {
        en: 'App Store Connect → your app → App Information → Bundle ID, for example com.example.app. Apple signs for every app alike: only this tells yours from others.',
        ru: 'App Store Connect → ваше приложение → App Information → Bundle ID, например com.example.app. Apple подписывает всем одинаково: только это отличает ваше приложение от чужих.',
      },
      required: true,
    },
  },
  credentials: [['rootCertificate']],
  body: {
    format: 'jwt',
    embedded: [
      { at: '$.data.signedTransactionInfo', as: 'jws' },
      { at: '$.data.signedRenewalInfo', as: 'jws' },
    ],
  },
  event: {
    key: ['$.notificationUUID'],
    type: ['$.notificationType', '$.subtype'],
    occurredAt: { path: '$.signedDate', unit: 'ms' },
    test: { path: '$.data.environment', oneOf: ['Sandbox'] },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'App Store Connect → Apps → your app → App Information → App Store Server Notifications. Set the URL for Production (and, in a source of its own, for Sandbox), choose Version 2.',
      ru: 'App Store Connect → Apps → ваше приложение → App Information → App Store Server Notifications. Укажите URL для Production (а для Sandbox заведите отдельный источник), выберите Version 2.',
    },
    secret: {
      en: 'There is no secret: Apple’s root certificate is built in, and the Bundle ID in the settings of the source is enough. Another root certificate is for your own tests.',
      ru: 'Секрета нет: корневой сертификат Apple уже внутри, достаточно Bundle ID в настройках источника. Другой корневой сертификат нужен лишь для собственных проверок.',
    },
    note: {
      en: 'No bonus can come of these events alone, since they hold no email: use them to see purchases, and give bonuses by events of your own server.',
      ru: 'Сами по себе эти события бонуса не дадут: почты в них нет. По ним видны покупки, а бонусы начисляйте по событиям своего сервера.',
    },
  },
  retries: {
    en: 'About five more attempts over about three days.',
    ru: 'Ещё около пяти попыток примерно за трое суток.',
  },
  events: [
    {
      type: 'SUBSCRIBED.INITIAL_BUY',
      means: 'paid',
      label: { en: 'First subscription', ru: 'Первая подписка' },
      email: [],
      amount,
      missing,
      sample: {
        ...notification,
        notificationType: 'SUBSCRIBED',
        subtype: 'INITIAL_BUY',
        data: {
          ...data,
          signedTransactionInfo: { ...transaction, type: 'Auto-Renewable Subscription' },
          signedRenewalInfo: {
            originalTransactionId: '700001042',
            autoRenewProductId: 'com.example.app.month',
            autoRenewStatus: 1,
            environment: 'Production',
            signedDate: '{{now:ms}}',
          },
        },
      },
    },
    {
      type: 'SUBSCRIBED.RESUBSCRIBE',
      means: 'paid',
      label: { en: 'Subscribed again', ru: 'Подписка снова' },
      email: [],
      amount,
      missing,
      sample: {
        ...notification,
        notificationType: 'SUBSCRIBED',
        subtype: 'RESUBSCRIBE',
        data: { ...data, signedTransactionInfo: transaction },
      },
    },
    {
      type: 'DID_RENEW',
      means: 'paid',
      label: { en: 'Subscription renewed', ru: 'Подписка продлена' },
      email: [],
      amount,
      missing,
      sample: {
        ...notification,
        notificationType: 'DID_RENEW',
        data: { ...data, signedTransactionInfo: transaction },
      },
    },
    {
      type: 'ONE_TIME_CHARGE',
      means: 'paid',
      label: { en: 'One-time purchase', ru: 'Разовая покупка' },
      email: [],
      amount,
      missing,
      sample: {
        ...notification,
        notificationType: 'ONE_TIME_CHARGE',
        data: { ...data, signedTransactionInfo: { ...transaction, type: 'Consumable' } },
      },
    },
    {
      type: 'TEST',
      means: 'other',
      label: { en: 'Test notification', ru: 'Проверочное уведомление' },
      email: [],
      missing,
      sample: { ...notification, notificationType: 'TEST', data },
    },
  ],
}
