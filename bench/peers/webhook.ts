// adnanh/webhook, Debian's package: a rule on the body's HMAC, then a script that calls curl. Stripe signs
// "time.body", which its rules cannot say: it is given a plain HMAC of the body.
import { spawnSync } from 'node:child_process'
import type { Peer } from './index.ts'
import { install, run } from './support.ts'
import { secret } from '../rig/webhook.ts'
import { apiKey } from '../rig/relay.ts'

export const webhook: Peer = {
  name: 'webhook',
  what: 'nothing durable, no Stripe signatures, a process for each request: 200 when curl succeeded, else 500; the sender must repeat',
  signature: 'plain',
  prepare: async (folder, say) => {
    const missing = ['webhook', 'curl'].filter((tool) => !isHere(tool))
    return missing.length === 0
      ? install('webhook', folder, say)
      : { ok: false, why: `not installed: ${missing.join(', ')} (packages of Debian)` }
  },
  start: ({ folder, stub, port }) =>
    run({
      command: 'webhook',
      args: [
        '-nopanic',
        '-template',
        '-hooks',
        'hooks.tmpl',
        '-ip',
        '127.0.0.1',
        '-port',
        `${port}`,
      ],
      env: { FOLDER: folder, MOAB_URL: stub, MOAB_API_KEY: apiKey, WEBHOOK_SECRET: secret },
      folder,
      url: `http://127.0.0.1:${port}/hooks/bonus`,
    }),
}

const isHere = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
