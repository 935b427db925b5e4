// `serve`: the relay itself, until told to stop.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ensureOperator } from '../access/operator.ts'
import { UsageError, type Config } from '../config.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { reachedAt } from '../listen.ts'
import { createLogger } from '../ops/logging.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { startRelay, type Relay } from '../relay.ts'
import type { Call, Command, Language } from './command.ts'
import { nextSignal } from './signal.ts'

export const serveCommand: Command = {
  usage: 'serve',
  help: {
    en: `Without DATABASE_URL it brings its own PostgreSQL and keeps everything under DATA_DIR (./data).
SIGTERM or Ctrl-C ends it gracefully: requests and calls in flight are finished first.

Exit: 0 after a graceful stop, 1 when it cannot start.`,
    ru: `Если DATABASE_URL не задан, релей запускает собственный PostgreSQL и всё хранит в DATA_DIR (./data).
По SIGTERM или Ctrl-C останавливается аккуратно: сначала завершает начатые запросы и вызовы.

Код выхода: 0 — остановлен аккуратно, 1 — не удалось запустить.`,
  },
  arguments: { needs: [], max: 0 },
  async run(call) {
    const { config, io } = call
    const settings = config()
    const log = createLogger(settings.logLevel)
    const stopAsked = nextSignal()
    // The driver's own question for array types is nobody's to await: it must not end the relay.
    process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled'))
    const installation = await openInstallation(settings, {
      owner: true,
      migrate: true,
      log: (line) => log.info(line),
    })
    try {
      await applyFile(settings, installation, call)
      const setup = await ensureOperator(installation.db.orm, settings.admin)
      const relay = await startRelay(settings, installation, log)
      io.note(banner({ relay, installation, settings, setup }, call.language))
      const signal = await stopAsked
      log.info({ signal }, 'stopping')
      await relay.stop()
      log.info('stopped')
    } finally {
      await installation.close()
    }
    return 0
  },
}

async function applyFile(config: Config, installation: Installation, { env, language, io }: Call) {
  const file = config.configFile
  if (file === undefined) return
  if (!existsSync(file))
    throw new UsageError({
      en: `CONFIG_FILE names ${file}, which is not there`,
      ru: `в CONFIG_FILE указан файл ${file}, но его нет`,
    })
  // Reading YAML is much code, and most relays keep their configuration in the database.
  const { applyConfig, describeChanges, describeProblems } = await import('../partners/apply.ts')
  const { db, vault } = installation
  const outgoing = createOutgoing(config, () => reachedAt(config))
  const result = await applyConfig(
    { orm: db.orm, vault, outgoing, now: Date.now },
    await readFile(file, 'utf8'),
    { file, env, actor: 'CONFIG_FILE' },
  )
  if (!result.ok) {
    const { problems } = result
    throw new UsageError({ en: describeProblems(problems), ru: describeProblems(problems, 'ru') })
  }
  io.note(describeChanges(result, { url: config.publicUrl, language }))
}

interface Started {
  relay: Relay
  installation: Installation
  settings: Config
  /** Of the link that makes the first operator. */
  setup: string | undefined
}

function banner({ relay, installation, settings, setup }: Started, language: Language): string {
  const say = words[language]
  const rows: [string, string][] = [
    [say.console, `${relay.url}/`],
    ['API', `${relay.url}/api/docs`],
    [say.webhooks, `${relay.url}/in/${say.key}`],
    [say.database, installation.where[language]],
    ...(setup === undefined ? [] : setupRows(`${relay.url}/setup/${setup}`, say)),
  ]
  const width = Math.max(...[...rows, ...setupRows('', say)].map(([name]) => name.length))
  const { moabUrl } = settings
  return [
    say.running,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...(travelsUnencrypted(moabUrl) ? ['', ...say.unencrypted(moabUrl)] : []),
    '',
    say.next,
    '',
  ].join('\n')
}

const setupRows = (url: string, say: typeof en): [string, string][] => [
  [say.setup, url],
  ['', say.once],
]

const en = {
  running: 'moab-relay is running',
  console: 'Console',
  webhooks: 'Webhooks',
  key: '<key of a source>',
  database: 'Database',
  setup: 'Set-up link',
  once: '(once: makes the first operator)',
  unencrypted: (url: string) => [
    `Note: MOAB is called at ${url}: key and email travel unencrypted.`,
    '      Set MOAB_URL to an https address if MOAB offers one; `npm run relay -- doctor` looks.',
  ],
  next: 'Next, in another terminal:  npm run demo',
}

const ru: typeof en = {
  running: 'moab-relay работает',
  console: 'Консоль',
  webhooks: 'Вебхуки',
  key: '<ключ источника>',
  database: 'База данных',
  setup: 'Первый вход',
  once: '(сработает один раз: по этой ссылке создают первого оператора)',
  unencrypted: (url) => [
    `Внимание: MOAB вызывается по ${url}: ключ и email идут без шифрования.`,
    '          Если у MOAB есть https, задайте его в MOAB_URL; проверит `npm run relay -- doctor`.',
  ],
  next: 'Дальше, в другом терминале:  npm run demo',
}

const words: Record<Language, typeof en> = { en, ru }

/** Plain http, and not to this very machine. */
function travelsUnencrypted(moabUrl: string): boolean {
  const { protocol, hostname } = new URL(moabUrl)
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
