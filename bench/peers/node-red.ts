// Node-RED with its editor switched off: http in, a function that proves the signature, http request, http response.
import type { Peer } from './index.ts'
import { install, newerNode, noNewerNode, run } from './support.ts'
import { secret } from '../rig/webhook.ts'
import { apiKey } from '../rig/relay.ts'

export const nodeRed: Peer = {
  name: 'node-red',
  what: 'nothing durable: answers 200 when MOAB took it, else 502; the sender must repeat',
  signature: 'stripe',
  prepare: async (folder, say) =>
    (await newerNode(folder)) === undefined ? noNewerNode : install('node-red', folder, say),
  start: async ({ folder, stub, port }) =>
    run({
      command: (await newerNode(folder)) ?? process.execPath,
      args: ['node_modules/node-red/red.js', '--userDir', folder, '--settings', 'settings.js'],
      env: {
        NODE_ENV: 'production',
        PORT: String(port),
        MOAB_URL: stub,
        MOAB_API_KEY: apiKey,
        STRIPE_WEBHOOK_SECRET: secret,
      },
      folder,
      url: `http://127.0.0.1:${port}/stripe`,
    }),
}
