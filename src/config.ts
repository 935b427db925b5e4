// The environment becomes a Config here, once. Every mistake is reported at the same time, each
// with the name of its variable; NAME_FILE gives any of them from a file.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { says, type Mistake } from './config-mistakes.ts'
import type { Text } from './providers/provider.ts'
import { parseRanges, type Range } from './schemes/ip.ts'

/** By its name: the words come when it is told. */
const mistake = (name: Mistake): Mistake => name

const wholeNumber = (max: number, error: Mistake) =>
  z.coerce.number(error).int(error).min(0, error).max(max, error)
const port = wholeNumber(65_535, 'port')
const flag = z
  .enum(['0', '1', 'true', 'false'], mistake('flag'))
  .transform((text) => text === '1' || text === 'true')
const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((bytes) => bytes.length === 32, mistake('key'))
const httpUrl = z.url({
  protocol: /^https?$/,
  error: mistake('url'),
})
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: mistake('postgres_url'),
})
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])
const issuer = httpUrl.refine((text) => {
  if (!URL.canParse(text)) return true // told already
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || loopback.has(hostname)
}, mistake('https'))

const networks = z
  .string()
  .default('')
  .transform((text, context) => {
    const ranges = parseRanges(text)
    if (ranges !== null) return ranges
    context.addIssue({ code: 'custom', message: mistake('networks') })
    return z.NEVER
  })

/** One row per variable: its form, and what it is for (README's table is tested against this one). */
export const variables = {
  PORT: port.default(8080),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_POOLED: flag.default(false),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_AUDIT_URL: postgresUrl.optional(),
  DATA_DIR: z.string().default('./data'),
  RELAY_KEY: key.optional(),
  RELAY_KEY_PREVIOUS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(key))
    .default([]),
  MOAB_URL: httpUrl.default('http://tools.moab.pro/api/Register/Add'),
  ROLE: z.enum(['all', 'ingest', 'worker', 'console'], mistake('role')).default('all'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], mistake('log_level'))
    .default('info'),
  ADMIN_EMAIL: z.string().optional(),
  ADMIN_PASSWORD: z.string().min(10, mistake('password')).optional(),
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(100, mistake('name')).optional(),
  TRUSTED_PROXIES: networks,
  OUTGOING_ALLOWED_NETWORKS: networks,
  /** What OUTGOING_ALLOWED_NETWORKS was called when it was for notices alone. */
  NOTICES_ALLOWED_NETWORKS: networks,
  CONFIG_FILE: z.string().optional(),
  DRAIN_SECONDS: wholeNumber(300, 'drain').default(0),
} as const

const openId = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const

const Environment = z
  .object(variables)
  .refine((env) => (env.ADMIN_EMAIL === undefined) === (env.ADMIN_PASSWORD === undefined), {
    path: ['ADMIN_PASSWORD'],
    message: mistake('admin'),
    // Also beside other mistakes: all are told at once.
    when: () => true,
  })
  .refine((env) => new Set(openId.map((name) => env[name] === undefined)).size === 1, {
    path: ['OIDC_ISSUER'],
    message: mistake('open_id'),
    when: () => true,
  })
  .refine((env) => env.DATABASE_AUDIT_URL === undefined || env.DATABASE_URL !== undefined, {
    path: ['DATABASE_AUDIT_URL'],
    message: mistake('replica'),
    when: () => true,
  })
  .refine((env) => !env.DATABASE_POOLED || env.DATABASE_DIRECT_URL !== undefined, {
    path: ['DATABASE_DIRECT_URL'],
    message: mistake('direct'),
    when: () => true,
  })

type Parsed = z.output<typeof Environment>

export interface Config {
  port: number
  host: string
  publicUrl: string | undefined
  databaseUrl: string | undefined
  databasePooled: boolean
  databaseDirectUrl: string | undefined
  /** A replica: questions and exports go there. */
  databaseAuditUrl: string | undefined
  dataDir: string
  relayKey: Buffer | undefined
  /** They open what was sealed with them, and seal nothing. */
  otherKeys: readonly Buffer[]
  moabUrl: string
  role: Parsed['ROLE']
  logLevel: Parsed['LOG_LEVEL']
  admin: { email: string; password: string } | undefined
  oidc: OidcSettings | undefined
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: readonly Range[]
  /** Besides public addresses, what partners name may lead there, without TLS too. */
  outgoingAllowed: readonly Range[]
  configFile: string | undefined
  /** Between "not ready" and the end: until whoever balances has seen it. */
  drainMs: number
}

/** The OpenID provider at which people may sign in to the console. */
export interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button calls it. */
  name: string
}

/** A mistake of the person who starts the relay: shown as it is, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError'
  readonly text: Text
  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { values, unreadable } = gather(env)
  const parsed = Environment.safeParse(values)
  if (!parsed.success || unreadable.length > 0) {
    const issues = parsed.success ? [] : parsed.error.issues
    throw notRight([...unreadable, ...issues.map(({ path, message }) => told(path, message))])
  }
  const it = parsed.data
  return {
    port: it.PORT,
    host: it.HOST,
    publicUrl: it.PUBLIC_URL?.replace(/\/+$/, ''),
    databaseUrl: it.DATABASE_URL,
    databasePooled: it.DATABASE_POOLED,
    databaseDirectUrl: it.DATABASE_DIRECT_URL,
    databaseAuditUrl: it.DATABASE_AUDIT_URL,
    dataDir: it.DATA_DIR,
    relayKey: it.RELAY_KEY,
    otherKeys: it.RELAY_KEY_PREVIOUS,
    moabUrl: it.MOAB_URL,
    role: it.ROLE,
    logLevel: it.LOG_LEVEL,
    admin:
      it.ADMIN_EMAIL !== undefined && it.ADMIN_PASSWORD !== undefined
        ? { email: it.ADMIN_EMAIL, password: it.ADMIN_PASSWORD }
        : undefined,
    oidc: oidcOf(it),
    trustedProxies: it.TRUSTED_PROXIES,
    outgoingAllowed: [...it.OUTGOING_ALLOWED_NETWORKS, ...it.NOTICES_ALLOWED_NETWORKS],
    configFile: it.CONFIG_FILE,
    drainMs: it.DRAIN_SECONDS * 1000,
  }
}

const told = (path: PropertyKey[], message: string): Text => {
  const { en, ru } = says(message)
  return { en: `${path.join('.')}: ${en}`, ru: `${path.join('.')}: ${ru}` }
}

function notRight(wrong: readonly Text[]): UsageError {
  const list = (language: keyof Text) => wrong.map((each) => each[language]).join('\n')
  return new UsageError({
    en: `The environment is not right:\n${list('en')}`,
    ru: `В переменных окружения ошибки:\n${list('ru')}`,
  })
}

function oidcOf(it: Parsed): OidcSettings | undefined {
  const { OIDC_ISSUER: url, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = it
  if (url === undefined || clientId === undefined || clientSecret === undefined) return undefined
  return { issuer: url, clientId, clientSecret, name: it.OIDC_NAME ?? new URL(url).host }
}

/** Empty is absent; NAME_FILE names a file that holds the value of NAME. */
function gather(env: NodeJS.ProcessEnv) {
  const values: Record<string, string> = {}
  const unreadable: Text[] = []
  for (const name of Object.keys(variables)) {
    const path = env[`${name}_FILE`]
    try {
      const value = env[name] || (path && readFileSync(path, 'utf8').trim())
      if (value) values[name] = value
    } catch {
      unreadable.push({
        en: `${name}_FILE: names ${path}, which cannot be read`,
        ru: `${name}_FILE: файл ${path} не удалось прочитать`,
      })
    }
  }
  return { values, unreadable }
}
