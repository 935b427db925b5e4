// ZITADEL Actions v2: the target's payload type decides the proof. JSON has an HMAC over time and
// body, JWT is signed by the instance's keys. The event itself is base64 of JSON inside either.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Missing for machine users.',
  ru: 'Нет у машинных пользователей.',
}

export const zitadel: Provider = {
  name: 'ZITADEL',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-docs', delivery: 'recall' },
  proof: {
    scheme: 'any',
    of: [
      {
        scheme: 'hmac',
        hash: 'sha256',
        key: ['utf8'],
        template: '{timestamp}.{body}',
        encoding: 'hex',
        signature: {
          at: { header: 'zitadel-signature' },
          syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
        },
        timestamp: { at: { pair: 't' }, unit: 's', toleranceSeconds: 300, sided: 'one' },
      },
      {
        scheme: 'jwt',
        token: { body: true },
        algorithms: { setting: 'algorithms' },
        issuer: { setting: 'issuer' },
        audience: { setting: 'audience' },
        expiry: 'if_present',
      },
    ],
  },
  settings: {
    algorithms: {
      label: { en: 'Algorithm of the instance’s key', ru: 'Алгоритм ключа инсталляции' },
      help: {
        en: 'Counts with the payload type JWT only. RS256 unless you changed the web keys.',
        ru: 'Важен только при типе JWT. RS256, если вы не меняли web keys.',
      },
      default: 'RS256',
      allowed: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    },
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'Counts with the payload type JWT only. Filled in, it must be in the token.',
        ru: 'Важен только при типе JWT. Если заполнить, издатель обязан быть в токене.',
      },
    },
    audience: {
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'Counts with the payload type JWT only. Filled in, it must be in the token.',
        ru: 'Важен только при типе JWT. Если заполнить, получатель обязан быть в токене.',
      },
    },
  },
  credentials: [['secret'], ['jwksUrl'], ['jwks'], ['publicKey']],
  body: {
    format: ['json', 'jwt'],
    embedded: [{ at: '$.event_payload', as: 'base64-json' }],
  },
  event: {
    key: ['$.instanceID', '$.aggregateID', '$.sequence'],
    otherKeys: [['$.aggregateID', '$.sequence']],
    type: ['$.event_type', '$.fullMethod'],
    occurredAt: { path: '$.created_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'ZITADEL Console → Actions → Targets → Create: type REST Webhook, this URL, a timeout of 10 s, payload type JSON, "interrupt on error" off. Then Actions → Create: Event, user.human.added, and choose the target.',
      ru: 'ZITADEL Console → Actions → Targets → Create: тип REST Webhook, этот URL, timeout 10 с, payload type JSON, «interrupt on error» выключен. Затем Actions → Create: Event, user.human.added, и выберите этот target.',
    },
    secret: {
      en: 'ZITADEL shows the signing key once, when the target is created: copy it here. With the payload type JWT there is no secret: enter https://YOUR-ZITADEL/oauth/v2/keys as the address of the keys.',
      ru: 'ZITADEL показывает signing key один раз, когда target создан: скопируйте его сюда. При типе JWT секрета нет: укажите адрес ключей https://ВАШ-ZITADEL/oauth/v2/keys.',
    },
    note: {
      en: 'Prefer the condition Event: it tells of what has happened. A Request runs before the call, may still fail and has no id of its own (its type is the method, such as /zitadel.user.v2.UserService/CreateUser, its email stands at $.request.human.email.email). The payload type JWE is not read. With JWT the same keys sign people’s sign-in tokens: name the events in each rule, never "*".',
      ru: 'Выбирайте условие Event: оно говорит о том, что уже случилось. Request срабатывает до вызова, который ещё может не удаться, и своего номера не имеет (тип у него это имя метода, например /zitadel.user.v2.UserService/CreateUser, почта в $.request.human.email.email). Тип JWE не читается. При JWT теми же ключами подписаны токены входа людей: в каждом правиле называйте события, а не «*».',
    },
  },
  retries: {
    en: 'Depends on the version of ZITADEL.',
    ru: 'Зависит от версии ZITADEL.',
  },
  events: [
    {
      type: 'user.human.added',
      means: 'registered',
      label: { en: 'User created', ru: 'Пользователь создан' },
      email: ['$.event_payload.email'],
      missing,
      sample: {
        aggregateID: '70000000000000001',
        aggregateType: 'user',
        resourceOwner: '70000000000000002',
        instanceID: '70000000000000003',
        version: 'v2',
        sequence: 1,
        event_type: 'user.human.added',
        created_at: '{{now:iso}}',
        userID: '70000000000000004',
        event_payload: {
          userName: 'anna-{{id}}',
          firstName: 'Anna',
          lastName: 'Sample',
          email: 'anna@example.com',
        },
      },
      sampleEmail: "$['event_payload']['email']",
    },
    {
      type: 'user.human.selfregistered',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.event_payload.email'],
      missing,
      sample: {
        aggregateID: '70000000000000005',
        aggregateType: 'user',
        resourceOwner: '70000000000000002',
        instanceID: '70000000000000003',
        version: 'v2',
        sequence: 1,
        event_type: 'user.human.selfregistered',
        created_at: '{{now:iso}}',
        userID: '70000000000000005',
        event_payload: {
          userName: 'boris-{{id}}',
          firstName: 'Boris',
          lastName: 'Sample',
          email: 'boris@example.org',
        },
      },
      sampleEmail: "$['event_payload']['email']",
    },
  ],
}
