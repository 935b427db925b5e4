// Gumroad signs nothing: whoever knows the URL can invent a sale. A token in the URL is therefore
// demanded as soon as the source has one, and the seller's id is compared where it is filled in.
import type { Provider } from './provider.ts'

export const gumroad: Provider = {
  name: 'Gumroad',
  kind: 'commerce',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'official-code' },
  proof: {
    scheme: 'all',
    of: [
      {
        scheme: 'url',
        equal: [
          { when: 'seller_id', use: { field: '$.seller_id', value: { setting: 'seller_id' } } },
        ],
      },
    ],
    ifGiven: [{ scheme: 'token', at: { query: 'token' } }],
  },
  settings: {
    seller_id: {
      form: 'word',
      label: { en: 'Your seller id', ru: 'Ваш номер продавца' },
      help: {
        en: 'The field seller_id of any ping of yours. Filled in, pings of other sellers are refused. It is no secret.',
        ru: 'Поле seller_id из любого вашего уведомления. Если заполнить, уведомления о чужих продажах отклоняются. Это не секрет.',
      },
    },
  },
  credentials: [['token']],
  body: { format: 'form' },
  event: {
    key: ['$.sale_id', '$.resource_name'],
    // A repeated request says so in one more field: the hash of the bytes would be another one.
    otherKeys: [
      ['$.subscription_id', '$.resource_name', '$.effective_as_of'],
      ['$.subscription_id', '$.resource_name', '$.cancelled_at'],
      ['$.subscription_id', '$.resource_name', '$.ended_at'],
      ['$.subscription_id', '$.resource_name', '$.restarted_at'],
    ],
    type: ['$.resource_name'],
    occurredAt: { path: '$.sale_timestamp', unit: 'iso' },
    test: { path: '$.test', oneOf: ['true'] },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Gumroad → Settings → Advanced → Ping endpoint. Paste the URL with ?token= and your token at its end, then "Update settings". "Send test ping" tries it out.',
      ru: 'Gumroad → Settings → Advanced → Ping endpoint. Вставьте URL, допишите к нему ?token= и свой токен, нажмите «Update settings». Кнопка «Send test ping» проверит связь.',
    },
    secret: {
      en: 'Invent a long random token of letters and digits, enter it here and at the end of the URL at Gumroad: …?token=YOUR-TOKEN.',
      ru: 'Придумайте длинный случайный токен из букв и цифр, впишите его сюда и в конец URL у Gumroad: …?token=ВАШ-ТОКЕН.',
    },
    note: {
      en: 'Gumroad does not sign its pings. Without a token emails count as unproven and a rule must allow them explicitly: enter a token.',
      ru: 'Gumroad не подписывает уведомления. Без токена почта считается недоказанной и правило должно разрешить её явно: задайте токен.',
    },
  },
  retries: {
    en: 'Three more attempts, after 1, 3 and 10 minutes, only after the answers 499, 500, 502, 503 and 504.',
    ru: 'Ещё три попытки, через 1, 3 и 10 минут, только после ответов 499, 500, 502, 503 и 504.',
  },
  events: [
    {
      type: 'sale',
      means: 'paid',
      label: { en: 'Sale', ru: 'Продажа' },
      // A free product is a sale as well.
      when: { path: '$.price', op: 'gt', value: 0 },
      email: ['$.email'],
      missing: {
        en: 'Always there. In a gift it is the receiver’s; the payer’s is gifter_email.',
        ru: 'Есть всегда. У подарка это почта получателя, почта плательщика в gifter_email.',
      },
      sample: {
        seller_id: 'SampleSeller==',
        product_id: 'SampleProduct==',
        product_name: 'Sample course',
        permalink: 'sample',
        product_permalink: 'https://sample.gumroad.com/l/sample',
        email: 'anna@example.com',
        price: '4900',
        gumroad_fee: '490',
        currency: 'eur',
        quantity: '1',
        order_number: '1042',
        sale_id: '{{id}}',
        sale_timestamp: '{{now:iso}}',
        full_name: 'Anna Sample',
        refunded: 'false',
        disputed: 'false',
        resource_name: 'sale',
      },
      sampleEmail: "$['email']",
    },
    {
      type: 'refund',
      means: 'other',
      label: { en: 'Refund', ru: 'Возврат' },
      email: ['$.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        seller_id: 'SampleSeller==',
        product_id: 'SampleProduct==',
        product_name: 'Sample course',
        email: 'boris@example.org',
        price: '4900',
        sale_id: '{{id}}',
        sale_timestamp: '{{now:iso}}',
        refunded: 'true',
        resource_name: 'refund',
      },
      sampleEmail: "$['email']",
    },
  ],
}
