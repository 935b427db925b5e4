// The environment becomes a Config here, once. Every mistake is reported at the same time, each
// with the name of its variable; NAME_FILE gives any of them from a file.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseRanges, type Range } from './schemes/ip.ts'

const wholeNumber = (max: number, error: string) =>
  z.coerce.number(error).int(error).min(0, error).max(max, error)
const port = wholeNumber(65_535, 'must be a port, up to 65535')
const flag = z
  .enum(['0', '1', 'true', 'false'], 'must be 1 or 0')
  .transform((text) => text === '1' || text === 'true')
const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url (43 characters)')
const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL, like https://hooks.example.com',
})
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be a URL that begins with postgres://',
})
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])
const issuer = httpUrl.refine((text) => {
  if (!URL.canParse(text)) return true // told already
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || loopback.has(hostname)
}, 'must be https, except on this machine')

const networks = z
  .string()
  .default('')
  .transform((text, context) => {
    const ranges = parseRanges(text)
    if (ranges !== null) return ranges
    context.addIssue({
      code: 'custom',
      message: 'must be addresses or ranges, such as 10.1.0.0/16',
    })
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
  ROLE: z.enum(['all', 'ingest', 'worker', 'console']).default('all'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ADMIN_EMAIL: z.string().optional(),
  ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').optional(),
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(100, 'must have at most 100 characters').optional(),
  TRUSTED_PROXIES: networks,
  OUTGOING_ALLOWED_NETWORKS: networks,
  /** What OUTGOING_ALLOWED_NETWORKS was called when it was for notices alone. */
  NOTICES_ALLOWED_NETWORKS: networks,
  CONFIG_FILE: z.string().optional(),
  DRAIN_SECONDS: wholeNumber(300, 'must be whole seconds, at most 300').default(0),
} as const

const openId = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const

const Environment = z
  .object(variables)
  .refine((env) => (env.ADMIN_EMAIL === undefined) === (env.ADMIN_PASSWORD === undefined), {
    path: ['ADMIN_PASSWORD'],
    message: 'ADMIN_EMAIL and ADMIN_PASSWORD must be set together',
    // Also beside other mistakes: all are told at once.
    when: () => true,
  })
  .refine((env) => new Set(openId.map((name) => env[name] === undefined)).size === 1, {
    path: ['OIDC_ISSUER'],
    message: `${openId.join(', ')} must be set together`,
    when: () => true,
  })
  .refine((env) => env.DATABASE_AUDIT_URL === undefined || env.DATABASE_URL !== undefined, {
    path: ['DATABASE_AUDIT_URL'],
    message: 'must be a replica of DATABASE_URL: the embedded server has none',
    when: () => true,
  })
  .refine((env) => !env.DATABASE_POOLED || env.DATABASE_DIRECT_URL !== undefined, {
    path: ['DATABASE_DIRECT_URL'],
    message: 'must be set with DATABASE_POOLED: migrations need a direct connection',
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
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { values, unreadable } = gather(env)
  const parsed = Environment.safeParse(values)
  if (!parsed.success || unreadable.length > 0) {
    const issues = parsed.success ? [] : parsed.error.issues
    const wrong = issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new UsageError(['The environment is not right:', ...unreadable, ...wrong].join('\n'))
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

function oidcOf(it: Parsed): OidcSettings | undefined {
  const { OIDC_ISSUER: url, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = it
  if (url === undefined || clientId === undefined || clientSecret === undefined) return undefined
  return { issuer: url, clientId, clientSecret, name: it.OIDC_NAME ?? new URL(url).host }
}

/** Empty is absent; NAME_FILE names a file that holds the value of NAME. */
function gather(env: NodeJS.ProcessEnv) {
  const values: Record<string, string> = {}
  const unreadable: string[] = []
  for (const name of Object.keys(variables)) {
    const path = env[`${name}_FILE`]
    try {
      const value = env[name] || (path && readFileSync(path, 'utf8').trim())
      if (value) values[name] = value
    } catch {
      unreadable.push(`${name}_FILE: names ${path}, which cannot be read`)
    }
  }
  return { values, unreadable }
}
