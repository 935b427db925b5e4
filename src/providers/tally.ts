// Tally: a form's answers are a list of fields, each with its kind. The body is signed as sent.
import type { Provider } from './provider.ts'

export const tally: Provider = {
  name: 'Tally',
  kind: 'forms',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'base64',
    signature: { at: { header: 'tally-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.eventId'],
    type: ['$.eventType'],
    occurredAt: { path: '$.createdAt', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Tally → your form → Integrations → Webhooks → Connect. Paste the URL as endpoint URL.',
      ru: 'Tally → ваша форма → Integrations → Webhooks → Connect. Вставьте URL в поле endpoint URL.',
    },
    secret: {
      en: 'In the same window press "Add a signing secret", copy it (or enter a long random text of your own), save, and paste it here.',
      ru: 'В том же окне нажмите «Add a signing secret», скопируйте секрет (или впишите свой длинный случайный текст), сохраните и вставьте его сюда.',
    },
    note: {
      en: 'Ask for the email with the block "Email"; in a short answer it is not found. A hidden field named email works too.',
      ru: 'Спрашивайте почту блоком «Email»: в обычном ответе она не найдётся. Подойдёт и скрытое поле с именем email.',
    },
  },
  retries: {
    en: 'Several more attempts within about a day: after minutes at first, then after hours.',
    ru: 'Ещё несколько попыток примерно за сутки: сначала через минуты, потом через часы.',
  },
  events: [
    {
      type: 'FORM_RESPONSE',
      means: 'submitted',
      label: { en: 'Form submitted', ru: 'Форма отправлена' },
      email: [
        "$.data.fields[?@.type=='INPUT_EMAIL'].value",
        "$.data.fields[?@.type=='HIDDEN_FIELDS' && @.label=='email'].value",
      ],
      missing: {
        en: 'Missing when the form has no block "Email", or it was left empty.',
        ru: 'Нет, если в форме нет блока «Email» или его оставили пустым.',
      },
      sample: {
        eventId: '{{id}}',
        eventType: 'FORM_RESPONSE',
        createdAt: '{{now:iso}}',
        data: {
          responseId: 'sampleResponse',
          submissionId: 'sampleResponse',
          respondentId: 'sampleRespondent',
          formId: 'sampleForm',
          formName: 'Sample form',
          createdAt: '{{now:iso}}',
          fields: [
            { key: 'question_name', label: 'Your name', type: 'INPUT_TEXT', value: 'Anna Sample' },
            {
              key: 'question_email',
              label: 'Your email',
              type: 'INPUT_EMAIL',
              value: 'anna@example.com',
            },
          ],
        },
      },
      sampleEmail: "$['data']['fields'][1]['value']",
    },
  ],
}
