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
        en: 'The page is for mailboxes whose scanners open links as a browser does.',
        ru: 'Страница нужна там, где защита почты открывает ссылки под видом браузера.',
      },
      allowed: ['no', 'page'],
      options: {
        no: { en: 'none: the click counts at once', ru: 'нет: переход засчитывается сразу' },
        page: {
          en: 'a page with one button: the press counts',
          ru: 'страница с кнопкой: засчитывается нажатие',
        },
      },
      default: 'no',
    },
    algorithms: {
      label: { en: 'Who makes the links', ru: 'Кто делает ссылки' },
      help: {
        en: 'With keys of your own your developers sign the links, and only they can make them.',
        ru: 'Если у вас свои ключи, ссылки подписывают ваши разработчики, и больше никто их сделать не может.',
      },
      allowed: ['HS256', 'RS256', 'ES256', 'EdDSA'],
      options: {
        HS256: { en: 'this relay, with a secret', ru: 'этот релей, с помощью секрета' },
        RS256: { en: 'you, with an RSA key (RS256)', ru: 'вы, ключом RSA (RS256)' },
        ES256: { en: 'you, with an EC key (ES256)', ru: 'вы, ключом EC (ES256)' },
        EdDSA: { en: 'you, with an Ed25519 key (EdDSA)', ru: 'вы, ключом Ed25519 (EdDSA)' },
      },
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
    inventedCharsMin: 32,
    url: {
      en: 'There is nothing to paste: everybody gets a link of their own in your letters. The links are made in the console from a list of addresses, by the command moab-relay link, or by your developers through the API (POST /api/v1/links).',
      ru: 'Вставлять этот URL никуда не нужно: в письме у каждого получателя своя ссылка. Ссылки делают в консоли по списку адресов, командой moab-relay link или через API (POST /api/v1/links), последнее — для разработчиков.',
    },
    secret: {
      en: 'The links are signed with it: at least 32 random characters, for whoever guesses it can make links. Nobody else needs to know it. If your developers sign the links with a key of their own, enter that key, or the address of its key set (JWKS), and choose in the settings who makes the links.',
      ru: 'Им подписываются ссылки: не короче 32 случайных символов, ведь кто его угадает, сможет делать ссылки. Больше он нигде не нужен. Если ссылки своим ключом подписывают ваши разработчики, укажите этот ключ или адрес набора ключей (JWKS) и выберите в настройках, кто делает ссылки.',
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
