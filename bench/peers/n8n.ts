// n8n on PostgreSQL, as its documentation wants it for production; the workflow is imported by its CLI, and its
// Code node proves the signature, as guides for n8n do it. It answers when MOAB has answered ("Respond to
// Webhook"); answering at once, it would refuse nobody. Expressions run in its default engine, which costs most:
// N8N_EXPRESSION_ENGINE=legacy is quicker, and n8n calls it insecure and about to be removed.
import { spawnSync } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Peer } from './index.ts'
import { emptyStore, install, newerNode, noNewerNode, run } from './support.ts'
import { secret } from '../rig/webhook.ts'
import { apiKey } from '../rig/relay.ts'
import type { Store } from './support.ts'

export const n8n: Peer = {
  name: 'n8n',
  what: 'nothing durable: answers 200 when MOAB took it, 502 after three tries; the sender must repeat',
  signature: 'stripe',
  prepare: async (folder, say) => {
    if ((await newerNode(folder)) === undefined) return noNewerNode
    return install('n8n', folder, (line) => say(`${line}: three gigabytes, some minutes`))
  },
  start: async ({ folder, stub, port }) => {
    const node = (await newerNode(folder)) ?? process.execPath
    const store = await emptyStore(folder)
    const env = environment(folder, store, port)
    const cli = join(folder, 'node_modules', 'n8n', 'bin', 'n8n')
    try {
      await rm(join(folder, '.n8n'), { recursive: true, force: true })
      await bring(folder, stub, (...args) => {
        const { status, stdout, stderr } = spawnSync(node, [cli, ...args], {
          cwd: folder,
          env: { ...process.env, ...env },
          encoding: 'utf8',
        })
        if (status !== 0) throw new Error(`n8n ${args.join(' ')}: ${stdout}${stderr}`)
      })
      const url = `http://127.0.0.1:${port}/webhook/stripe`
      return await run({ command: node, args: [cli, 'start'], env, folder, url }, () =>
        store.stop(),
      )
    } catch (error) {
      await store.stop()
      throw error
    }
  },
}

/** What its sources leave open is put in; then it is imported and published. */
async function bring(folder: string, stub: string, n8nCli: (...args: string[]) => void) {
  const fill = async (file: string) => {
    const text = await readFile(join(import.meta.dirname, 'n8n', file), 'utf8')
    const filled = text
      .replace('MOAB_URL', stub)
      .replace('MOAB_API_KEY', apiKey)
      .replace('STRIPE_WEBHOOK_SECRET', secret)
    await writeFile(join(folder, file), filled)
    return filled
  }
  await fill('credentials.json')
  const { id } = JSON.parse(await fill('workflow.json')) as { id: string }
  n8nCli('import:credentials', '--input=credentials.json')
  n8nCli('import:workflow', '--input=workflow.json')
  n8nCli('publish:workflow', `--id=${id}`)
}

function environment(folder: string, store: Store, port: number): Record<string, string> {
  return {
    NODE_ENV: 'production',
    N8N_USER_FOLDER: folder,
    N8N_ENCRYPTION_KEY: 'of-the-bench-only',
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_PORT: String(port + 1),
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: store.host,
    DB_POSTGRESDB_PORT: String(store.port),
    DB_POSTGRESDB_USER: store.username,
    DB_POSTGRESDB_DATABASE: store.database,
    DB_POSTGRESDB_POOL_SIZE: '20',
    // as its documentation advises where much runs: what succeeded is not kept
    EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
    EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'false',
    EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
    N8N_LOG_LEVEL: 'warn',
    NODE_FUNCTION_ALLOW_BUILTIN: 'crypto',
    // it calls nobody
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_DISABLED_MODULES: 'mcp-registry',
    N8N_COMMUNITY_PACKAGES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    EXTERNAL_FRONTEND_HOOKS_URLS: '',
    N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
    N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
  }
}
