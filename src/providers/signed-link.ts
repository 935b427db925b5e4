// Signed links, our own: a person follows a link in a mail, and its token says who that is. The token
// is made by `moab-relay link` and the API, or by the partner's own key. It names no page to go to.
import type { Provider } from './provider.ts'

export const signedLink: Provider = {
  name: 'Signed link',
  nameRu: 'Подписанная ссылка',
  kind: 'links',
  market: 'both',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'official-docs' },
  methods: ['GET'],
  proof: {
    scheme: 'jwt',
    token: { query: 't' },
    algorithms: { setting: 'algorithms' },
    expiry: 'required',
  },
  settings: {
    landing_url: {
      label: { en: 'Landing page', ru: 'Страница, куда ведёт ссылка' },
      help: {
        en: 'Where every visitor is sent on to, with https://. Neither the link nor its token can change it.',
        ru: 'Куда попадёт каждый, кто перешёл по ссылке; адрес начинается с https://. Изменить его через саму ссылку нельзя.',
      },
      form: 'url',
      required: true,
    },
    confirm: {
      label: { en: 'Confirmation page', ru: 'Страница подтверждения' },
      help: {
        en: '“page” shows one button before the click counts: for mailboxes whose scanners open links as a browser does.',
        ru: '«page» — переход засчитывается после нажатия кнопки. Нужно там, где защита почты открывает ссылки под видом браузера.',
      },
      allowed: ['no', 'page'],
      default: 'no',
    },
    algorithms: {
      label: { en: 'Signature', ru: 'Подпись' },
      help: {
        en: 'HS256 with a secret: the relay makes the links. The others with your own public keys: you make them.',
        ru: 'HS256 и секрет — ссылки делает релей. Остальное — с вашими открытыми ключами, тогда ссылки делаете вы.',
      },
      allowed: ['HS256', 'RS256', 'ES256', 'EdDSA'],
      default: 'HS256',
    },
  },
  credentials: [['secret'], ['jwksUrl'], ['jwks'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.jti'],
    type: ['text:link.clicked'],
  },
  answer: { status: 200 },
  visit: { landing: 'landing_url', confirm: 'confirm' },
  guide: {
    url: {
      en: 'Nothing to paste: each person gets a link of their own, https://RELAY/go/KEY?t=TOKEN. `moab-relay link SOURCE EMAIL` and POST /api/v1/links make them, one or thousands.',
      ru: 'Вставлять ничего не нужно: у каждого получателя своя ссылка вида https://РЕЛЕЙ/go/КЛЮЧ?t=ТОКЕН. Их делают `moab-relay link ИСТОЧНИК EMAIL` и POST /api/v1/links — по одной или тысячами.',
    },
    secret: {
      en: 'Invent one of at least 32 random characters (openssl rand -base64 32): whoever guesses it can make links. If you sign with your own key, give the address of your key set (JWKS) and choose its algorithm.',
      ru: 'Придумайте секрет не короче 32 случайных символов (openssl rand -base64 32): кто его угадает, сможет делать ссылки. Если подписываете своим ключом, укажите адрес набора ключей (JWKS) и его алгоритм.',
    },
    note: {
      en: 'Claims of a token you make yourself: email, exp, jti (unique for each link), and if you like campaign, a label that rules can ask for. Mail scanners that name themselves do not count as clicks.',
      ru: 'Поля токена, если делаете его сами: email, exp, jti (свой у каждой ссылки) и, если нужно, campaign — метка, которую можно проверить в правиле. Переходы почтовых сканеров, которые себя называют, кликами не считаются.',
    },
  },
  retries: {
    en: 'None: a person follows the link. The second click on it is no new event.',
    ru: 'Повторов нет: по ссылке переходит человек. Второй переход по той же ссылке новым событием не считается.',
  },
  events: [
    {
      type: 'link.clicked',
      means: 'clicked',
      label: { en: 'Link clicked', ru: 'Переход по ссылке' },
      email: ['$.email'],
      missing: {
        en: 'Always there in links the relay makes.',
        ru: 'В ссылках, которые делает релей, есть всегда.',
      },
      sample: { email: 'anna@example.com', campaign: 'spring', jti: 'sample_{{id}}' },
      sampleEmail: "$['email']",
    },
  ],
}
