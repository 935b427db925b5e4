// `demo`: a relay with a sandbox campaign, really signed webhooks over HTTP, and what became of each.
import { join } from 'node:path'
import { createToken } from '../access/tokens.ts'
import type { Config } from '../config.ts'
import { findPartnerId } from '../db/names.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { createLogger } from '../ops/logging.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { applyConfig, describeProblems } from '../partners/apply.ts'
import { startRelay, type Relay } from '../relay.ts'
import type { Command, Io } from './command.ts'
import { demoConfig, demoSteps, type DemoStep } from './demo-steps.ts'
import { deliver } from '../inbound/deliver.ts'
import { paint, type Paint } from './paint.ts'
import { nextSignal } from './signal.ts'
import { waitForFate } from './demo-fate.ts'

export const demoCommand: Command = {
  usage: 'demo [--keep]',
  help: `  --keep   stays up afterwards, to look around (the default on a terminal)

Uses a database of its own under DATA_DIR/demo and never talks to the real MOAB.

Exit: 0 everything went as the demo says, 1 something did not.`,
  options: { keep: { type: 'boolean' } },
  arguments: { needs: [], max: 0 },
  async run({ config, flag, io }) {
    const settings = demoSettings(config())
    const installation = await openInstallation(settings, {
      owner: true,
      migrate: true,
      log: () => {},
    })
    try {
      const partner = `demo-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}`
      await setUp(settings, installation, partner)
      const relay = await startRelay(settings, installation, createLogger('silent'))
      const surprises = await play(relay, installation, partner, io)
      if (flag('keep') || io.terminal) {
        await sayWhereToLook(relay, installation, partner, io)
        await untilInterrupted(io)
      } else {
        io.out('The demo has ended. `npm run demo -- --keep` stays up, to be asked over its API.')
      }
      await relay.stop()
      return surprises === 0 ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

/** Its own database and a free port: it may run beside a relay. */
function demoSettings(config: Config): Config {
  return {
    ...config,
    port: 0,
    host: '127.0.0.1',
    publicUrl: undefined,
    databaseUrl: undefined,
    dataDir: join(config.dataDir, 'demo'),
    relayKey: undefined,
    otherKeys: [],
    role: 'all',
  }
}

async function setUp(
  settings: Config,
  { db, vault }: Installation,
  partner: string,
): Promise<void> {
  const outgoing = createOutgoing(settings, () => '')
  const result = await applyConfig(
    { orm: db.orm, vault, outgoing, now: Date.now },
    demoConfig(partner),
    { file: 'demo', env: {}, actor: 'demo' },
  )
  if (!result.ok) throw new Error(describeProblems(result.problems))
}

async function play(
  relay: Relay,
  installation: Installation,
  partner: string,
  io: Io,
): Promise<number> {
  const colours = paint(io.colour)
  const steps = await demoSteps(installation, partner, relay.url)
  io.out('')
  let surprises = 0
  for (const [n, step] of steps.entries()) {
    if (io.terminal) await io.write(colours.dim(`  ${n + 1}/${steps.length} sending …\r`))
    const answer = await deliver(step.request)
    const fate = await waitForFate(installation.db.work, step, answer.status)
    const asTold = answer.status === step.expect.status && fate.word === step.expect.fate
    if (!asTold) surprises++
    for (const line of lines(step, n, answer.status, fate, asTold, colours)) io.out(line)
  }
  return surprises
}

function lines(
  step: DemoStep,
  n: number,
  status: number,
  fate: { word: string; says: string[] },
  asTold: boolean,
  colours: Paint,
): string[] {
  const tone =
    step.expect.fate === 'granted'
      ? colours.green
      : step.expect.fate === 'refused'
        ? colours.red
        : colours.yellow
  return [
    `${colours.bold(`${n + 1}. ${step.title}`)}`,
    `   → HTTP ${status}   ${tone(fate.word)}`,
    ...fate.says.map((line) => `   ${colours.dim(line)}`),
    ...(asTold
      ? []
      : [colours.red(`   expected HTTP ${step.expect.status} and “${step.expect.fate}”`)]),
    '',
  ]
}

async function sayWhereToLook(
  relay: Relay,
  { db }: Installation,
  partner: string,
  io: Io,
): Promise<void> {
  const partnerId = (await findPartnerId(db.orm, partner)) ?? null
  const { token } = await createToken(db.orm, {
    partnerId,
    name: 'demo',
    scopes: ['events:read', 'grants:read', 'people:read', 'rejections:read'],
    expiresAt: new Date(Date.now() + 86_400_000),
    actor: 'demo',
  })
  io.out('Ask the API about it (the token is for this demo, for a day):')
  io.out(
    `  curl -s -H 'Authorization: Bearer ${token}' ${relay.url}/api/v1/people/maria@example.com`,
  )
  io.out(`  curl -s -H 'Authorization: Bearer ${token}' ${relay.url}/api/v1/events`)
  io.out(`  ${relay.url}/api/docs`)
}

async function untilInterrupted(io: Io): Promise<void> {
  io.out('\nThe demo relay stays up. Ctrl-C ends it.')
  await nextSignal()
}
