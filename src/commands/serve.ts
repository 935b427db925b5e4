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
import type { Command, Io } from './command.ts'
import { nextSignal } from './signal.ts'

export const serveCommand: Command = {
  usage: 'serve',
  help: `Without DATABASE_URL it brings its own PostgreSQL and keeps everything under DATA_DIR (./data).
SIGTERM or Ctrl-C ends it gracefully: requests and calls in flight are finished first.

Exit: 0 after a graceful stop, 1 when it cannot start.`,
  arguments: { needs: [], max: 0 },
  async run({ config, env, io }) {
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
      await applyFile(settings, installation, env, io)
      const setup = await ensureOperator(installation.db.orm, settings.admin)
      const relay = await startRelay(settings, installation, log)
      io.note(banner(relay, installation, settings, setup))
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

async function applyFile(
  config: Config,
  installation: Installation,
  env: NodeJS.ProcessEnv,
  io: Io,
) {
  const file = config.configFile
  if (file === undefined) return
  if (!existsSync(file)) throw new UsageError(`CONFIG_FILE names ${file}, which is not there`)
  // Reading YAML is much code, and most relays keep their configuration in the database.
  const { applyConfig, describeChanges, describeProblems } = await import('../partners/apply.ts')
  const { db, vault } = installation
  const outgoing = createOutgoing(config, () => reachedAt(config))
  const result = await applyConfig(
    { orm: db.orm, vault, outgoing, now: Date.now },
    await readFile(file, 'utf8'),
    { file, env, actor: 'CONFIG_FILE' },
  )
  if (!result.ok) throw new UsageError(describeProblems(result.problems))
  io.note(describeChanges(result, { url: config.publicUrl }))
}

function banner(
  relay: Relay,
  { where }: Installation,
  config: Config,
  setup: string | undefined,
): string {
  const lines = [
    'moab-relay is running',
    '',
    `  Console      ${relay.url}/`,
    `  API          ${relay.url}/api/docs`,
    `  Webhooks     ${relay.url}/in/<key of a source>`,
    `  Database     ${where}`,
  ]
  if (setup !== undefined) {
    lines.push(
      `  Set-up link  ${relay.url}/setup/${setup}`,
      '               (once: makes the first operator)',
    )
  }
  if (travelsUnencrypted(config.moabUrl)) {
    lines.push('', `Note: MOAB is called at ${config.moabUrl}: key and email travel unencrypted.`)
    lines.push(
      '      Set MOAB_URL to an https address if MOAB offers one; `npm run relay -- doctor` looks.',
    )
  }
  lines.push('', 'Next, in another terminal:  npm run demo', '')
  return lines.join('\n')
}

/** Plain http, and not to this very machine. */
function travelsUnencrypted(moabUrl: string): boolean {
  const { protocol, hostname } = new URL(moabUrl)
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
