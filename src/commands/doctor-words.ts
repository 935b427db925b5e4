// What `doctor` says of what it found, in both languages.
import { plural } from '../plural.ts'
import type { Language } from './command.ts'

const en = {
  database: 'database',
  migrations: 'migrations',
  allApplied: 'all applied',
  pending: (count: number) => `${count} not applied yet: run \`migrate\``,
  durability: 'durability',
  durable: 'a commit survives a crash',
  isolation: 'isolation',
  walls: 'partners are kept apart by the database, too',
  noWalls: 'the roles of the second wall are missing: see docs/isolation.md',
  clock: 'clock',
  apart: (ms: number) => `${ms} ms from the database's`,
  setClock: ': signed times are judged by this machine, set its clock',
  relayKey: 'relay key',
  opens: 'opens what is stored',
  noReplica: 'is no replica: questions find what was copied there',
  replica: (ms: number) => `a replica, ${ms} ms behind`,
  replicaAway: (state: string | undefined) =>
    `does not answer (${state ?? 'no answer'}): no question can be asked`,
  sources: 'sources',
  noSources: 'none yet: write a relay.yaml and `apply` it, see README',
  source: (name: string) => `source ${name}`,
  gone: 'is gone',
  broken: (why: string) => `cannot be used: ${why}`,
  noCredential: 'has no valid credential: its requests get 503',
  noRule: 'has no rule: events are recorded, nobody gets a bonus',
  holds(credentials: number, rules: number) {
    const keys = plural.en(credentials, { one: 'credential', other: 'credentials' })
    return `${keys}, ${plural.en(rules, { one: 'rule', other: 'rules' })}`
  },
  campaigns: 'campaigns',
  healthy: 'all healthy',
  campaign: (name: string) => `campaign ${name}`,
  waiting: (count: number) => `${plural.en(count, { one: 'bonus', other: 'bonuses' })} waiting`,
  retention: 'retention',
  periods: 'every partner has its periods',
  endless(count: number, some: string) {
    const whose = count === 1 ? '1 partner keeps' : `${count} partners keep`
    return `${whose} personal data without end (${some}): choose with \`retention\``
  },
  since: (at: string) => `(since ${at} UTC)`,
  addresses: 'addresses',
  allReached: (count: number) => `${count} of partners, all are reached`,
  notReached: (host: string | undefined, why: string) =>
    `the relay does not go to ${host ?? 'what is no URL'}: ${why}`,
  moab: 'MOAB',
  unencrypted: 'key and email travel unencrypted; https on the same host',
  noPublicUrl: 'not set: webhook URLs are shown with the local address',
  wantHttps: 'providers want https',
}

const ru: typeof en = {
  database: 'база данных',
  migrations: 'миграции',
  allApplied: 'все применены',
  pending: (count) => `не применено: ${count}; выполните \`migrate\``,
  durability: 'надёжность записи',
  durable: 'записанное переживёт сбой',
  isolation: 'изоляция',
  walls: 'партнёров разделяет и сама база данных',
  noWalls: 'нет ролей для второй стены между партнёрами: см. docs/isolation.md',
  clock: 'часы',
  apart: (ms) => `расходятся с часами базы данных на ${ms} мс`,
  setClock: ': время подписи проверяется по часам этой машины, подведите их',
  relayKey: 'ключ релея',
  opens: 'подходит к тому, что хранится',
  noReplica: 'это не реплика: в ответах будет то, что туда когда-то скопировали',
  replica: (ms) => `реплика, отстаёт на ${ms} мс`,
  replicaAway: (state) =>
    `не отвечает${state === undefined ? '' : ` (${state})`}: ни на один вопрос ответить нельзя`,
  sources: 'источники',
  noSources: 'пока ни одного: напишите relay.yaml и выполните `apply`, см. README.ru.md',
  source: (name) => `источник ${name}`,
  gone: 'исчез',
  broken: (why) => `им нельзя пользоваться: ${why}`,
  noCredential: 'нет действующего ключа: на его запросы релей отвечает 503',
  noRule: 'нет правил: события записываются, но бонус никто не получит',
  holds(credentials, rules) {
    const keys = plural.ru(credentials, { one: 'ключ', few: 'ключа', other: 'ключей' })
    return `${keys}, ${plural.ru(rules, { one: 'правило', few: 'правила', other: 'правил' })}`
  },
  campaigns: 'кампании',
  healthy: 'все в порядке',
  campaign: (name) => `кампания ${name}`,
  waiting: (count) =>
    plural.ru(count, { one: 'бонус ждёт', few: 'бонуса ждут', other: 'бонусов ждут' }),
  retention: 'сроки хранения',
  periods: 'заданы у каждого партнёра',
  endless(count, some) {
    const whose = plural.ru(count, {
      one: 'партнёр хранит',
      few: 'партнёра хранят',
      other: 'партнёров хранят',
    })
    return `${whose} личные данные бессрочно (${some}): выберите сроки командой \`retention\``
  },
  since: (at) => `(с ${at} UTC)`,
  addresses: 'адреса',
  allReached: (count) => `у партнёров их ${count}, релею можно обращаться ко всем`,
  notReached: (host, why) =>
    host === undefined ? `это не URL: ${why}` : `к ${host} релей не обращается: ${why}`,
  moab: 'MOAB',
  unencrypted: 'ключ и email идут без шифрования; https на том же сервере',
  noPublicUrl: 'не задан: в адресах вебхуков стоит адрес этой машины',
  wantHttps: 'провайдерам нужен https',
}

export const doctorWords: Record<Language, typeof en> = { en, ru }
export type DoctorWords = typeof en
