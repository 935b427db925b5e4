// The two hand-written ones: Express, Stripe's SDK and a queue in PostgreSQL.
import type { Peer } from './index.ts'
import { emptyStore, install, run } from './support.ts'
import { secret } from '../rig/webhook.ts'
import { apiKey } from '../rig/relay.ts'

export const expressPgBoss = handWritten(
  'express-pgboss',
  'durable in PostgreSQL before the 200; retries with a growing pause; what a killed process was sending is sent again after 30 s, as set here',
)
export const expressGraphile = handWritten(
  'express-graphile',
  'durable in PostgreSQL before the 200; retries with a growing pause; what a killed process was sending waits four hours or for a hand',
)

function handWritten(name: string, what: string): Peer {
  return {
    name,
    what,
    signature: 'stripe',
    prepare: (folder, say) => install(name, folder, say),
    start: async ({ folder, stub, port }) => {
      const store = await emptyStore(folder)
      const program = {
        command: process.execPath,
        args: ['receiver.js'],
        env: {
          NODE_ENV: 'production',
          DATABASE_URL: store.url,
          MOAB_URL: stub,
          MOAB_API_KEY: apiKey,
          STRIPE_WEBHOOK_SECRET: secret,
          PORT: String(port),
        },
        folder,
        url: `http://127.0.0.1:${port}/stripe`,
      }
      return run(program, () => store.stop()).catch(async (error: unknown) => {
        await store.stop()
        throw error
      })
    },
  }
}
