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
import type { Call, Command, Language } from './command.ts'
import { demoConfig, demoSteps, type DemoStep } from './demo-steps.ts'
import { deliver } from '../inbound/deliver.ts'
import { paint, type Paint } from './paint.ts'
import { nextSignal } from './signal.ts'
import { waitForFate, wordFor, type Fate } from './demo-fate.ts'

export const demoCommand: Command = {
  usage: 'demo [--keep]',
  help: {
    en: `  --keep   stays up afterwards, to look around (the default on a terminal)

Uses a database of its own under DATA_DIR/demo and never talks to the real MOAB.

Exit: 0 everything went as the demo says, 1 something did not.`,
    ru: `  --keep   в конце не завершается, чтобы можно было осмотреться (в терминале так и без него)

Работает с собственной базой данных в DATA_DIR/demo и никогда не обращается к настоящему MOAB.

Код выхода: 0 — всё прошло, как показано, 1 — что-то пошло иначе.`,
  },
  options: { keep: { type: 'boolean' } },
  arguments: { needs: [], max: 0 },
  async run({ config, flag, language, io }) {
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
      const surprises = await play(relay, installation, partner, { language, io })
      if (flag('keep') || io.terminal) {
        await sayWhereToLook(relay, installation, partner, { language, io })
        io.out(`\n${words[language].stays}`)
        await nextSignal()
      } else {
        io.out(words[language].ended)
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
  { language, io }: Speaking,
): Promise<number> {
  const say = words[language]
  const colours = paint(io.colour)
  const steps = await demoSteps(installation, partner, relay.url)
  io.out('')
  let surprises = 0
  for (const [n, step] of steps.entries()) {
    if (io.terminal) await io.write(colours.dim(`  ${n + 1}/${steps.length} ${say.sending} …\r`))
    const answer = await deliver(step.request)
    const fate = await waitForFate(installation.db.work, step, answer.status, language)
    const asTold = answer.status === step.expect.status && fate.word === step.expect.fate
    if (!asTold) surprises++
    const told = { n, status: answer.status, fate, asTold }
    for (const line of lines(step, told, colours, language)) io.out(line)
  }
  return surprises
}

interface Told {
  n: number
  status: number
  fate: Fate
  asTold: boolean
}

function lines(
  step: DemoStep,
  { n, status, fate, asTold }: Told,
  colours: Paint,
  language: Language,
): string[] {
  const tone =
    step.expect.fate === 'granted'
      ? colours.green
      : step.expect.fate === 'refused'
        ? colours.red
        : colours.yellow
  return [
    `${colours.bold(`${n + 1}. ${step.title[language]}`)}`,
    `   → HTTP ${status}   ${tone(wordFor(fate.word, language))}`,
    ...fate.says.map((line) => `   ${colours.dim(line)}`),
    ...(asTold
      ? []
      : [colours.red(`   ${words[language].expected(step.expect.status, step.expect.fate)}`)]),
    '',
  ]
}

async function sayWhereToLook(
  relay: Relay,
  { db }: Installation,
  partner: string,
  { language, io }: Speaking,
): Promise<void> {
  const partnerId = (await findPartnerId(db.orm, partner)) ?? null
  const { token } = await createToken(db.orm, {
    partnerId,
    name: 'demo',
    scopes: ['events:read', 'grants:read', 'people:read', 'rejections:read'],
    expiresAt: new Date(Date.now() + 86_400_000),
    actor: 'demo',
  })
  io.out(words[language].ask)
  io.out(
    `  curl -s -H 'Authorization: Bearer ${token}' ${relay.url}/api/v1/people/maria@example.com`,
  )
  io.out(`  curl -s -H 'Authorization: Bearer ${token}' ${relay.url}/api/v1/events`)
  io.out(`  ${relay.url}/api/docs`)
}

type Speaking = Pick<Call, 'language' | 'io'>

const en = {
  ended: 'The demo has ended. `npm run demo -- --keep` stays up, to be asked over its API.',
  sending: 'sending',
  expected: (status: number, fate: string) => `expected HTTP ${status} and “${fate}”`,
  ask: 'Ask the API about it (the token is for this demo, for a day):',
  stays: 'The demo relay stays up. Ctrl-C ends it.',
}

const ru: typeof en = {
  ended:
    'Демонстрация окончена. С `npm run demo -- --keep` она продолжает работать, и её можно расспросить через API.',
  sending: 'отправляем',
  expected: (status, fate) => `ожидалось: HTTP ${status} и «${wordFor(fate, 'ru')}»`,
  ask: 'Спросите об этом API (токен только для этой демонстрации, на сутки):',
  stays: 'Релей демонстрации продолжает работать. Завершить — Ctrl-C.',
}

const words: Record<Language, typeof en> = { en, ru }
