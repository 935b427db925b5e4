// Zoom: time and body are signed as Slack does it. There is no delivery id inside the proof: an event
// is known by its name, its time and what it is about. Whether a repeat keeps the time of the first
// attempt is not known, so the tolerance outlasts the last one; the key makes a replay harmless.
import type { Provider } from './provider.ts'

export const zoom: Provider = {
  name: 'Zoom',
  kind: 'forms',
  market: 'world',
  evidence: { signature: 'recall', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: 'v0:{timestamp}:{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'x-zm-signature' },
      syntax: { kind: 'single', prefix: 'v0=' },
    },
    timestamp: {
      at: { header: 'x-zm-request-timestamp' },
      unit: 's',
      toleranceSeconds: 9000,
      sided: 'two',
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event', '$.event_ts', '$.payload.object.id', '$.payload.object.registrant.id'],
    otherKeys: [['$.event', '$.event_ts', '$.payload.object.id']],
    type: ['$.event'],
    occurredAt: { path: '$.event_ts', unit: 'ms' },
  },
  answer: { status: 200 },
  handshakes: [
    {
      // Only for Zoom itself: whoever may choose the token would have any text signed, an event too.
      when: { field: { path: '$.event', equals: 'endpoint.url_validation' } },
      proof: 'required',
      answer: {
        status: 200,
        contentType: 'application/json',
        body: '{"plainToken":"{field:$.payload.plainToken}","encryptedToken":"{hash}"}',
        hash: { algorithm: 'sha256', of: '{field:$.payload.plainToken}', key: ['utf8'] },
      },
    },
  ],
  guide: {
    url: {
      en: 'Zoom App Marketplace → Manage → your app → Features → Event Subscriptions → Add Event Subscription. Paste the URL as Event notification endpoint URL and choose the events. Save the Secret Token here first, then press Validate.',
      ru: 'Zoom App Marketplace → Manage → ваше приложение → Features → Event Subscriptions → Add Event Subscription. Вставьте URL в Event notification endpoint URL и выберите события. Сначала сохраните здесь Secret Token, потом нажмите Validate.',
    },
    secret: {
      en: 'On the page Features of the same app copy the Secret Token. It is not the Client Secret, and not the older Verification Token.',
      ru: 'На странице Features того же приложения скопируйте Secret Token. Это не Client Secret и не прежний Verification Token.',
    },
    note: {
      en: 'Zoom asks for the validation again every 72 hours; it is answered and not kept.',
      ru: 'Zoom повторяет проверку адреса каждые 72 часа: на неё приходит ответ, но событием она не становится.',
    },
  },
  retries: {
    en: 'Three more attempts, after 5, 30 and 90 minutes. Zoom waits 3 seconds for an answer.',
    ru: 'Ещё три попытки: через 5, 30 и 90 минут. Ответа Zoom ждёт 3 секунды.',
  },
  events: [
    {
      type: 'webinar.registration_created',
      means: 'submitted',
      label: { en: 'Registered for a webinar', ru: 'Регистрация на вебинар' },
      email: ['$.payload.object.registrant.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event: 'webinar.registration_created',
        event_ts: '{{now:ms}}',
        payload: {
          account_id: 'SampleAccount',
          object: {
            uuid: 'SampleWebinar==',
            id: 97763643886,
            host_id: 'SampleHost',
            topic: 'Sample webinar',
            type: 5,
            start_time: '{{now:iso}}',
            duration: 60,
            timezone: 'Europe/Riga',
            registrant: {
              id: '{{id}}',
              first_name: 'Anna',
              last_name: 'Sample',
              email: 'anna@example.com',
              status: 'approved',
            },
          },
        },
      },
      sampleEmail: "$['payload']['object']['registrant']['email']",
    },
    {
      type: 'user.created',
      means: 'other',
      label: { en: 'User added to the account', ru: 'Пользователь добавлен в аккаунт' },
      email: ['$.payload.object.email'],
      missing: {
        en: 'Always there. Such a user was added by the account’s owner and did not register.',
        ru: 'Есть всегда. Такого пользователя добавил владелец аккаунта, сам он не регистрировался.',
      },
      sample: {
        event: 'user.created',
        event_ts: '{{now:ms}}',
        payload: {
          account_id: 'SampleAccount',
          operator: 'operator@example.org',
          operator_id: 'SampleOperator',
          creation_type: 'create',
          object: {
            id: '{{id}}',
            first_name: 'Boris',
            last_name: 'Sample',
            email: 'boris@example.org',
            type: 1,
          },
        },
      },
      sampleEmail: "$['payload']['object']['email']",
    },
  ],
}
