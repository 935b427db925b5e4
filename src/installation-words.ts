// What is said about the database to whoever runs it.
import type { Text } from './providers/provider.ts'

export const serverAt = (host: string): Text => ({
  en: `PostgreSQL at ${host}`,
  ru: `PostgreSQL на ${host}`,
})

const hows = {
  created: 'создана',
  started: 'запущена',
  adopted: 'уже работала',
} as const

export const embeddedAt = (embedded: { dataDirectory: string; how: keyof typeof hows }): Text => ({
  en: `${embedded.dataDirectory} (${embedded.how})`,
  ru: `${embedded.dataDirectory} (${hows[embedded.how]})`,
})

/** What is wrong with these settings and how it is mended. */
export function frailDatabase(frail: readonly string[]): Text {
  const offs = frail.map((name) => `${name} = off`).join(', ')
  const mends = frail.flatMap((name) => frailMends[name] ?? [])
  return {
    en: `the database has ${offs}: a crash would lose events that were acknowledged. ${mends.map(({ en }) => en).join(' ')}`,
    ru: `у базы данных ${offs}: при сбое пропали бы события, о которых отправителю уже сказано «принято». ${mends.map(({ ru }) => ru).join(' ')}`,
  }
}

const onServer = (name: string): Text => ({
  en: `Set ${name} = on in postgresql.conf, or \`ALTER SYSTEM SET ${name} = on\` and \`SELECT pg_reload_conf()\`.`,
  ru: `Задайте ${name} = on в postgresql.conf или выполните \`ALTER SYSTEM SET ${name} = on\` и \`SELECT pg_reload_conf()\`.`,
})

const frailMends: Record<string, Text> = {
  fsync: onServer('fsync'),
  full_page_writes: onServer('full_page_writes'),
  synchronous_commit: {
    en: "For the relay's role alone `ALTER ROLE … SET synchronous_commit = on` is enough, then start the relay again.",
    ru: 'Только для роли релея хватит `ALTER ROLE … SET synchronous_commit = on`; потом перезапустите релей.',
  },
}
