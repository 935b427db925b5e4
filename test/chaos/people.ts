// People at work while everything breaks: each change goes the product's own way, a config file that
// is applied by the command line, or a question to the API.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultKind } from './faults.ts'
import type { Random } from './random.ts'
import type { Trial } from './trial.ts'
import { apiKeys, configFile, type Setup } from './world.ts'

const drawNode = (random: Random) => random.pick(['a', 'b'])

export const peopleAtWork: Record<string, FaultKind> = {
  'rule edited': {
    weight: 3,
    draw: (random) => ({ node: drawNode(random), threshold: random.between(500, 9000) }),
    run: (trial, { node, threshold }, met) =>
      change(trial, node, { threshold: Number(threshold) }, met),
  },
  'rule switched': {
    weight: 2,
    draw: (random) => ({ node: drawNode(random) }),
    run: (trial, { node }, met) => change(trial, node, { toggled: !trial.setup.toggled }, met),
  },
  'campaign paused or resumed': {
    weight: 3,
    draw: (random) => ({ node: drawNode(random) }),
    run: (trial, { node }, met) => change(trial, node, { paused: !trial.setup.paused }, met),
  },
  'credentials rotated': {
    weight: 2,
    draw: (random) => ({ node: drawNode(random) }),
    async run(trial, { node }, met) {
      // Senders use the new secret only after the relay has it; the old one stays valid.
      if (await change(trial, node, { rotated: true }, met))
        setTimeout(() => (trial.senders.rotated = true), 2500)
    },
  },
  'limit reached': {
    weight: 2,
    draw: (random) => ({ code: random.pick([7, 8, 9]) }),
    run({ moab }, { code }, met) {
      moab.hold(apiKeys['acme/limited'], Number(code))
      met()
    },
  },
  'limit raised': {
    weight: 2,
    draw: (random) => ({ node: drawNode(random) }),
    async run(trial, { node }, met) {
      trial.moab.hold(apiKeys['acme/limited'], null)
      await change(trial, node, { limitedUntil: 2100 + ((trial.setup.limitedUntil + 1) % 90) }, met)
    },
  },
  'configuration exported': {
    weight: 1,
    draw: (random) => ({ node: drawNode(random) }),
    async run(trial, { node }, met) {
      const { code } = await relayOf(trial, node).command(['export', '--partner', 'acme'])
      if (code === 0) met()
    },
  },
  'events asked for': { weight: 2, draw: (random) => ({ node: drawNode(random) }), run: askAsAcme },
}

function relayOf({ nodes }: Trial, name: number | string | undefined) {
  const found = nodes.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no relay ${name}`)
  return found
}

/** False when it was refused, the database being away: nothing is changed then, or all of it. */
export async function change(
  trial: Trial,
  node: number | string | undefined,
  part: Partial<Setup>,
  met: () => void,
): Promise<boolean> {
  const setup = { ...trial.setup, ...part }
  const file = join(trial.folder, 'relay.yaml')
  // A relay may start and read it at this very moment.
  writeFileSync(`${file}.draft`, configFile(setup))
  renameSync(`${file}.draft`, file)
  // Kept also when the answer was lost: a relay that starts applies the file.
  Object.assign(trial.setup, part)
  const { code } = await relayOf(trial, node).command(['apply', file])
  if (code === 0) met()
  return code === 0
}

const tokens = new WeakMap<Trial, string>()

/** One partner asks for its events and grants, and must see nothing of the other's. */
async function askAsAcme(
  trial: Trial,
  params: { node?: string | number },
  met: () => void,
): Promise<void> {
  const relay = relayOf(trial, params.node)
  let token = tokens.get(trial)
  if (token === undefined) {
    const { code, out } = await relay.command(['token', 'create', '--partner', 'acme'])
    if (code !== 0) return
    tokens.set(trial, (token = out.trim()))
  }
  for (const path of ['/api/v1/events?limit=200', '/api/v1/grants?limit=200']) {
    const answer = await relay
      .ask(path, { authorization: `Bearer ${token}` })
      .catch(() => undefined)
    if (answer?.ok !== true) continue
    const page = (await answer.json()) as { items: { partner?: { name?: string } }[] }
    const strangers = page.items.filter(({ partner }) => partner?.name !== 'acme').length
    trial.journals.faults.write({ asked: path, at: Date.now(), rows: page.items.length, strangers })
    met()
  }
}
