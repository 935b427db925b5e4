// Typeform: the header says sha256= but the signature after it is base64. An answer names its kind,
// so the email is found whatever the question is called.
import type { Provider } from './provider.ts'

export const typeform: Provider = {
  name: 'Typeform',
  kind: 'forms',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'base64',
    signature: {
      at: { header: 'typeform-signature' },
      syntax: { kind: 'single', prefix: 'sha256=' },
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event_id'],
    type: ['$.event_type'],
    occurredAt: { path: '$.form_response.submitted_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Typeform → your form → Connect → Webhooks → Add a webhook. Paste the URL, save, and switch the webhook on.',
      ru: 'Typeform → ваша форма → Connect → Webhooks → Add a webhook. Вставьте URL, сохраните и включите вебхук переключателем.',
    },
    secret: {
      en: 'At the webhook press Edit, fill in "Secret" with a long random text, save, and paste the same text here. Without a secret Typeform signs nothing.',
      ru: 'У вебхука нажмите Edit, впишите в «Secret» длинный случайный текст, сохраните и вставьте его же сюда. Без секрета Typeform ничего не подписывает.',
    },
    note: {
      en: 'Ask for the email with the question type "Email"; in a short text it is not found. A hidden field named email works too.',
      ru: 'Спрашивайте почту вопросом типа «Email»: в обычном тексте она не найдётся. Подойдёт и скрытое поле с именем email.',
    },
  },
  retries: {
    en: 'Several times with growing pauses; after the answers 404 and 410 the webhook is switched off.',
    ru: 'Несколько раз, паузы растут; после ответов 404 и 410 вебхук выключается.',
  },
  events: [
    {
      type: 'form_response',
      means: 'submitted',
      label: { en: 'Form submitted', ru: 'Форма отправлена' },
      email: ["$.form_response.answers[?@.type=='email'].email", '$.form_response.hidden.email'],
      missing: {
        en: 'Missing when the form has no question of the type "Email", or it was left empty.',
        ru: 'Нет, если в форме нет вопроса типа «Email» или его оставили пустым.',
      },
      sample: {
        event_id: '{{id}}',
        event_type: 'form_response',
        form_response: {
          form_id: 'SampleForm',
          token: 'sampletoken{{id}}',
          landed_at: '{{now:iso}}',
          submitted_at: '{{now:iso}}',
          hidden: { campaign: 'spring' },
          definition: {
            id: 'SampleForm',
            title: 'Sample form',
            fields: [
              { id: 'q1', ref: 'name', type: 'short_text', title: 'Your name?' },
              { id: 'q2', ref: 'email', type: 'email', title: 'Your email?' },
            ],
          },
          answers: [
            { type: 'text', text: 'Anna Sample', field: { id: 'q1', type: 'short_text' } },
            { type: 'email', email: 'anna@example.com', field: { id: 'q2', type: 'email' } },
          ],
        },
      },
      sampleEmail: "$['form_response']['answers'][1]['email']",
    },
  ],
}
