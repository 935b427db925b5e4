// Tilda signs nothing: the owner names a key and says whether it travels as a header or as a field of
// the form; a token in the URL does as well. Field names are the owner's, hence the many spellings.
import type { Provider } from './provider.ts'

const email = [
  '$.Email',
  '$.email',
  '$.EMAIL',
  "$['E-mail']",
  "$['e-mail']",
  "$['E-Mail']",
  '$.ma_email',
  "$['Почта']",
  "$['почта']",
  '$.Email_2',
]

const missing = {
  en: 'Missing when the form does not ask for it. If the field has a name of its own, capture one real event and click the email in it.',
  ru: 'Нет, если форма её не спрашивает. Если поле названо по-своему, поймайте одно настоящее событие и щёлкните в нём почту.',
}

export const tilda: Provider = {
  name: 'Tilda',
  kind: 'forms',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: {
    scheme: 'any',
    of: [
      { scheme: 'token', at: { header: { setting: 'header' } } },
      { scheme: 'token', at: { field: { setting: 'field' } } },
      { scheme: 'token', at: { query: 'token' } },
    ],
  },
  settings: {
    header: {
      label: { en: 'Name of the key as a header', ru: 'Название ключа в заголовке' },
      help: {
        en: 'API name (Название ключа) in Tilda, when the key is sent in a header.',
        ru: 'То, что в Тильде вписано в «Название ключа», если ключ передаётся в заголовке.',
      },
      default: 'X-Api-Key',
      form: 'header',
    },
    field: {
      label: { en: 'Path of the key in the form', ru: 'Путь к ключу в полях формы' },
      help: {
        en: '$. and the API name (Название ключа) in Tilda, when the key is sent as a POST parameter.',
        ru: 'Знаки $. и то, что вписано в «Название ключа», если ключ передаётся POST-параметром.',
      },
      default: '$.token',
      form: 'path',
    },
  },
  credentials: [['token']],
  body: { format: ['brackets', 'json'], embedded: [{ at: '$.payment', as: 'json' }] },
  event: {
    key: ['$.tranid'],
    // "form.payment" for an order from the cart, "form" for any other form.
    type: ['text:form', 'name:$.payment'],
  },
  answer: { status: 200, body: 'ok' },
  handshakes: [
    {
      // With or without the key, which is a field of the form where the owner chose so.
      when: { body: 'test=test(?:&[^&=]+=[^&]*)?|\\s*\\{\\s*"test"\\s*:\\s*"test"\\s*\\}\\s*' },
      proof: 'none',
      answer: { status: 200, body: 'ok' },
    },
  ],
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Tilda → Site settings → Forms → Webhook: paste the URL as Webhook URL. Open "Advanced": API key "as a header" with the name X-Api-Key, or "as a POST parameter" with the name token. Save, then tick the webhook in the Content of every form block (or "connect to all forms") and publish the pages.',
      ru: 'Тильда → «Настройки сайта» → «Формы» → Webhook: вставьте URL в поле «WEBHOOK URL». Включите передачу API-ключа: в заголовке с названием X-Api-Key или POST-параметром с названием token. Сохраните, отметьте этот приёмник в «Контенте» каждого блока с формой (или подключите ко всем формам) и опубликуйте страницы.',
    },
    secret: {
      en: 'Invent a long random key, enter it in Tilda as the API key’s value and here as the token. On plans without that field add ?token=KEY to the end of the URL.',
      ru: 'Придумайте длинный случайный ключ, впишите его в Тильде как значение API-ключа и здесь как токен. Если такого поля нет, допишите к URL ?token=КЛЮЧ.',
    },
    note: {
      en: 'Which form it was stands in $.formid and $.formname: make it a condition where only some forms count. Nothing is signed: whoever learns the key can invent events. A form is sent before anyone has confirmed the address. For orders switch on "send data only after payment" in the cart, so that an unpaid order earns nothing.',
      ru: 'Какая это форма, видно по $.formid и $.formname: если считать надо не все, поставьте условие. Ничего не подписано: кто узнает ключ, сможет придумывать события. Почту в форме никто не подтверждал. Для заказов включите в корзине «Отправлять данные только после оплаты», чтобы бонус не ушёл за неоплаченный заказ.',
    },
  },
  retries: {
    en: 'Twice more, a minute apart. It waits five seconds for an answer.',
    ru: 'Ещё два раза с промежутком в минуту. Ответа ждёт пять секунд.',
  },
  events: [
    {
      type: 'form.payment',
      means: 'paid',
      label: { en: 'Order in the cart', ru: 'Заказ из корзины' },
      email,
      amount: { value: '$.payment.amount', unit: 'major' },
      missing,
      sample: {
        Name: 'Анна',
        Email: 'anna@example.com',
        Phone: '+7 (999) 000-00-00',
        paymentsystem: 'yookassa',
        payment: {
          orderid: '1042',
          amount: '4900',
          systranid: 'sample-payment',
          products: [{ name: 'Курс «Основы»', quantity: '1', amount: '4900', price: '4900' }],
        },
        tranid: '1000000:{{id}}',
        formid: 'form123456789',
        formname: 'Cart',
      },
      sampleEmail: "$['Email']",
    },
    {
      type: 'form',
      means: 'submitted',
      label: { en: 'Form submitted', ru: 'Форма отправлена' },
      email,
      missing,
      sample: {
        Name: 'Вера',
        Email: 'vera@example.com',
        Checkbox: 'yes',
        tranid: '1000000:{{id}}',
        formid: 'form987654321',
        formname: 'Подписка',
      },
      sampleEmail: "$['Email']",
    },
  ],
}
