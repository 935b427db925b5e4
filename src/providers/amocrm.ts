// amoCRM (Kommo): no signature, no token, only the secret URL and the account's own name in the body.
// What happened is the name of a field: contacts[add][0][id]. A request may hold several records.
import type { Provider } from './provider.ts'

const account = { id: '31000001', subdomain: 'sample' }

const email = [
  "$.contacts[*][*].custom_fields[?@.code == 'EMAIL'].values[*].value",
  "$.contacts[*][*].custom_fields[?@.code == 'EMAIL'].values[*]",
]

export const amocrm: Provider = {
  name: 'amoCRM / Kommo',
  kind: 'crm',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  proof: {
    scheme: 'url',
    equal: [
      {
        when: 'subdomain',
        use: { field: '$.account.subdomain', value: { setting: 'subdomain' } },
      },
    ],
  },
  settings: {
    subdomain: {
      form: 'word',
      label: { en: 'Name of the account', ru: 'Имя аккаунта' },
      help: {
        en: 'What stands before .amocrm.ru (or .kommo.com) in the address of your account. Filled in, requests of other accounts are refused. It is no secret.',
        ru: 'То, что стоит перед .amocrm.ru в адресе вашего аккаунта. Если заполнить, запросы других аккаунтов будут отвергнуты. Это не секрет.',
      },
    },
  },
  credentials: [],
  body: {
    format: 'brackets',
    batch: {
      path: "$['contacts','leads','companies','customers']['add','update','status','delete','responsible'][*]",
      keepsBody: true,
      around: '{{event}}',
    },
  },
  event: {
    key: [
      "name:$['contacts','leads','companies','customers']",
      "name:$['contacts','leads','companies','customers'].*",
      "$['contacts','leads','companies','customers'][*][*].id",
      "$['contacts','leads','companies','customers'][*][*].last_modified",
    ],
    type: [
      "name:$['contacts','leads','companies','customers']",
      "name:$['contacts','leads','companies','customers'].*",
    ],
    occurredAt: {
      path: "$['contacts','leads','companies','customers'][*][*]['last_modified','updated_at']",
      unit: 's',
    },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'amoCRM → amoMarket (амоМаркет) → the menu with three dots → WebHooks → Add: paste the URL, tick "Contact added" and save.',
      ru: 'amoCRM → «амоМаркет» → меню с тремя точками → WebHooks → «Добавить хук»: вставьте URL, отметьте «Контакт добавлен» и сохраните.',
    },
    secret: {
      en: 'There is none: the URL itself is the secret. Do not show it, and fill in the name of the account below.',
      ru: 'Секрета нет: тайной служит сам URL. Никому его не показывайте и впишите ниже имя аккаунта.',
    },
    note: {
      en: 'Nothing proves these requests but the URL: every value counts as unsigned, and the rule has to allow an unsigned email. Deals hold no email.',
      ru: 'Подлинность держится только на URL: все значения считаются неподписанными, и в правиле придётся разрешить неподписанную почту. В сделках почты нет.',
    },
  },
  retries: {
    en: 'A few times; after many failures the webhook is switched off. It waits two seconds for an answer.',
    ru: 'Несколько раз; после многих неудач хук отключается. Ответа ждёт две секунды.',
  },
  events: [
    {
      type: 'contacts.add',
      means: 'registered',
      label: { en: 'Contact added', ru: 'Контакт добавлен' },
      email,
      missing: {
        en: 'Missing for a contact without an email.',
        ru: 'Нет у контакта, в котором почта не заполнена.',
      },
      sample: {
        account,
        contacts: {
          add: [
            {
              id: '{{id}}',
              name: 'Анна',
              type: 'contact',
              date_create: '{{now:s}}',
              last_modified: '{{now:s}}',
              custom_fields: [
                {
                  id: '1',
                  name: 'Телефон',
                  code: 'PHONE',
                  values: [{ value: '+79990000000', enum: '11' }],
                },
                {
                  id: '2',
                  name: 'Email',
                  code: 'EMAIL',
                  values: [{ value: 'anna@example.com', enum: '21' }],
                },
              ],
            },
          ],
        },
      },
      sampleEmail: "$['contacts']['add'][0]['custom_fields'][1]['values'][0]['value']",
    },
    {
      type: 'contacts.update',
      means: 'other',
      label: { en: 'Contact changed', ru: 'Контакт изменён' },
      email,
      missing: {
        en: 'Missing for a contact without an email.',
        ru: 'Нет у контакта, в котором почта не заполнена.',
      },
      sample: {
        account,
        contacts: {
          update: [
            {
              id: '{{id}}',
              name: 'Борис',
              last_modified: '{{now:s}}',
              custom_fields: [
                { id: '2', code: 'EMAIL', values: [{ value: 'boris@example.org', enum: '21' }] },
              ],
            },
          ],
        },
      },
      sampleEmail: "$['contacts']['update'][0]['custom_fields'][0]['values'][0]['value']",
    },
    {
      type: 'leads.status',
      means: 'other',
      label: { en: 'Deal moved (142 means won)', ru: 'Сделка сменила этап (142 значит успех)' },
      email: [],
      missing: {
        en: 'Never there: use contacts.',
        ru: 'Никогда нет: используйте контакты.',
      },
      sample: {
        account,
        leads: {
          status: [
            {
              id: '{{id}}',
              status_id: '142',
              old_status_id: '7039101',
              pipeline_id: '3120100',
              last_modified: '{{now:s}}',
            },
          ],
        },
      },
    },
  ],
}
