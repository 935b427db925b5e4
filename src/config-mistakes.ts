// What can be wrong with a variable of the environment, after its name and a colon. The value is never repeated:
// it may be a secret in the wrong place.
import type { Text } from './providers/provider.ts'

const mistakes = {
  port: { en: 'must be a port, up to 65535', ru: 'нужен номер порта, не больше 65535' },
  flag: { en: 'must be 1 or 0', ru: 'должно быть 1 или 0' },
  key: {
    en: 'must be 32 bytes in base64url (43 characters)',
    ru: 'нужны 32 байта в base64url (43 символа)',
  },
  url: {
    en: 'must be a URL, like https://hooks.example.com',
    ru: 'нужен URL, например https://hooks.example.com',
  },
  postgres_url: {
    en: 'must be a URL that begins with postgres://',
    ru: 'нужен URL, который начинается с postgres://',
  },
  https: {
    en: 'must be https, except on this machine',
    ru: 'нужен https; без него можно только на этой же машине',
  },
  networks: {
    en: 'must be addresses or ranges, such as 10.1.0.0/16',
    ru: 'нужны адреса или сети, например 10.1.0.0/16',
  },
  role: {
    en: 'must be all, ingest, worker or console',
    ru: 'должно быть all, ingest, worker или console',
  },
  log_level: {
    en: 'must be trace, debug, info, warn, error or silent',
    ru: 'должно быть trace, debug, info, warn, error или silent',
  },
  password: { en: 'must have at least 10 characters', ru: 'нужно не меньше 10 символов' },
  name: { en: 'must have at most 100 characters', ru: 'не больше 100 символов' },
  drain: {
    en: 'must be whole seconds, at most 300',
    ru: 'нужно целое число секунд, не больше 300',
  },
  admin: {
    en: 'ADMIN_EMAIL and ADMIN_PASSWORD must be set together',
    ru: 'ADMIN_EMAIL и ADMIN_PASSWORD задают только вместе',
  },
  open_id: {
    en: 'OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET must be set together',
    ru: 'OIDC_ISSUER, OIDC_CLIENT_ID и OIDC_CLIENT_SECRET задают только вместе',
  },
  replica: {
    en: 'must be a replica of DATABASE_URL: the embedded server has none',
    ru: 'это реплика для DATABASE_URL, а он не задан: у встроенной базы реплик нет',
  },
  direct: {
    en: 'must be set with DATABASE_POOLED: migrations need a direct connection',
    ru: 'нужен вместе с DATABASE_POOLED: миграции идут мимо пулера',
  },
} as const satisfies Record<string, Text>
export type Mistake = keyof typeof mistakes

const isMistake = (text: string): text is Mistake => Object.hasOwn(mistakes, text)

/** A mistake by its name in words; anything else as it is. */
export const says = (text: string): Text =>
  isMistake(text) ? mistakes[text] : { en: text, ru: text }
