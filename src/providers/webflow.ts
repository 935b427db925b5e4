// Webflow: time and body are signed, with ":" between them. The fields of a form are called as its
// owner called them. Many other events repeat the same object: those are known by their bytes.
import type { Provider } from './provider.ts'

export const webflow: Provider = {
  name: 'Webflow',
  kind: 'forms',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}:{body}',
    encoding: 'hex',
    signature: { at: { header: 'x-webflow-signature' }, syntax: { kind: 'single' } },
    timestamp: {
      at: { header: 'x-webflow-timestamp' },
      unit: 'ms',
      toleranceSeconds: 300,
      sided: 'two',
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.triggerType', '$.payload.id', '$.payload.submittedAt'],
    otherKeys: [['$.triggerType', '$.payload.orderId', '$.payload.status', '$.payload.acceptedOn']],
    type: ['$.triggerType'],
    occurredAt: { path: "$.payload['submittedAt','acceptedOn']", unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Webflow → Site settings → Apps & integrations → Webhooks → Add webhook. Trigger "Form submission", API version V2, paste the URL.',
      ru: 'Webflow → Site settings → Apps & integrations → Webhooks → Add webhook. Trigger «Form submission», версия API V2, вставьте URL.',
    },
    secret: {
      en: 'The secret is shown once when the webhook is added: copy it then. Webhooks made by an app are signed with the app’s client secret.',
      ru: 'Секрет показывается один раз, при добавлении вебхука: скопируйте его сразу. Вебхуки, созданные приложением, подписаны его client secret.',
    },
    note: {
      en: 'A webhook added before Webflow had secrets is not signed: delete it and add it again. If your email field has another name, click it in a captured event.',
      ru: 'Вебхук, добавленный до появления секретов, не подписан: удалите его и добавьте заново. Если поле с почтой называется иначе, щёлкните его в пойманном событии.',
    },
  },
  retries: {
    en: 'About three more attempts, some minutes apart.',
    ru: 'Ещё около трёх попыток с паузами в несколько минут.',
  },
  events: [
    {
      type: 'form_submission',
      means: 'submitted',
      label: { en: 'Form submitted', ru: 'Форма отправлена' },
      email: [
        '$.payload.data.email',
        '$.payload.data.Email',
        "$.payload.data['E-mail']",
        "$.payload.data['Email Address']",
        "$.payload.data['Email address']",
        "$.payload.data['email-address']",
      ],
      missing: {
        en: 'The form’s owner names the fields: capture one real event and click the email in it.',
        ru: 'Поля называет владелец формы: поймайте одно настоящее событие и щёлкните в нём почту.',
      },
      sample: {
        triggerType: 'form_submission',
        payload: {
          name: 'Sample form',
          siteId: '65427cf400e02b306eaa049c',
          data: { 'First Name': 'Anna', Email: 'anna@example.com' },
          schema: [
            { fieldName: 'First Name', fieldType: 'FormTextInput', fieldElementId: 'sample-1' },
            { fieldName: 'Email', fieldType: 'FormTextInput', fieldElementId: 'sample-2' },
          ],
          submittedAt: '{{now:iso}}',
          id: '{{id}}',
          formId: '65429eadebe8a9f3a30f62d0',
        },
      },
      sampleEmail: "$['payload']['data']['Email']",
    },
    {
      type: 'ecomm_new_order',
      means: 'paid',
      label: { en: 'New order', ru: 'Новый заказ' },
      email: ['$.payload.customerInfo.email'],
      amount: {
        value: '$.payload.customerPaid.value',
        currency: '$.payload.customerPaid.unit',
        unit: 'minor',
      },
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        triggerType: 'ecomm_new_order',
        payload: {
          orderId: '{{id}}',
          status: 'unfulfilled',
          acceptedOn: '{{now:iso}}',
          customerPaid: { unit: 'EUR', value: '4900', string: '49.00 €' },
          customerInfo: { fullName: 'Boris Sample', email: 'boris@example.org' },
        },
      },
      sampleEmail: "$['payload']['customerInfo']['email']",
    },
  ],
}
