// Logs: one JSON line per request and per attempt. Ids only: no payload, no email, no key, no URL
// with an ingest key in it. The censor is the second wall, not the first.
import { pino, type Logger } from 'pino'

export type { Logger }

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((name) => [name, `*.${name}`]),
      censor: '[left out]',
    },
    serializers: { error: errorWithoutData },
  })
}

const secretFields = [
  'authorization',
  'cookie',
  'secret',
  'token',
  'password',
  'api_key',
  'apiKey',
  'email',
  'body',
  'headers',
]

/** Database errors carry the row in `detail` and the query's parameters: both stay out of logs. */
function errorWithoutData(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? error.code : undefined
  const cause: unknown = error.cause
  return {
    type: error.name,
    code,
    message: firstLine(error.message),
    stack: frames(error.stack),
    ...(cause instanceof Error && { cause: errorOnly(cause) }),
  }
}

const errorOnly = (error: Error) => ({
  type: error.name,
  code: 'code' in error ? error.code : undefined,
  message: firstLine(error.message),
})

/** drizzle puts the parameters into the message, after the query. */
const firstLine = (message: string) => (message.split('\n')[0] ?? '').replace(/params:.*/s, '')
const frames = (stack: string | undefined) =>
  (stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
