// The twin of recording: the real recorder and its group commit in front of a table in memory, in
// virtual time, under fast-check's scheduler, which decides in what order statements come back.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Sql } from '../../src/db/open.ts'
import { Busy } from '../../src/db/group-commit.ts'
import { createRecorder, type Recorder, type RecordedEvent } from '../../src/inbound/recorder.ts'
import { limits } from '../../src/limits.ts'
import { arrayIn } from './array-in.ts'
import { report, settings, timeIsUp } from './settings.ts'
import { execute } from './statements.ts'
import { Tables } from './tables.ts'
import { VirtualTime } from './time.ts'
import { requestOf } from './world.ts'

type Fate = 'commit' | 'lost' | 'refused' | 'collision' | 'hang'
type Heard = 'fresh' | 'copy' | 'failed' | 'busy'
interface Ask {
  key: string
  poisoned: boolean
  answers: Heard[]
}

const relay = 1
const pepper = Buffer.from('twin')

class Scene {
  time = new VirtualTime(limits.pollMs)
  tables = new Tables(
    () => this.time.now,
    () => 0,
  )
  asks: Ask[] = []
  broken: string[] = []
  flying = 0
  /** Keys of statements that did not simply commit. */
  disturbed = new Set<string>()
  recorder: Recorder
  #scheduler: fc.Scheduler
  #fates: Fate[]
  #poison = new Set<string>()

  constructor(scheduler: fc.Scheduler, fates: Fate[]) {
    this.#scheduler = scheduler
    this.#fates = fates
    this.tables.addCampaign({ partnerId: 'p', id: 'c', perSecond: null, startsAt: null })
    this.recorder = createRecorder({ sql: this.#sql(), node: 'n', pepper, worker: undefined })
  }

  ask(key: string, poisoned: boolean): void {
    const ask: Ask = { key, poisoned, answers: [] }
    this.asks.push(ask)
    if (poisoned) this.#poison.add(key)
    const request = requestOf('c', [`${key}@x.io`], key)
    this.recorder.record(request).then(
      ([recorded]) => this.#succeeded(ask, recorded),
      (error: unknown) => ask.answers.push(error instanceof Busy ? 'busy' : 'failed'),
    )
  }

  #succeeded(ask: Ask, recorded: RecordedEvent | undefined): void {
    ask.answers.push(recorded?.duplicate ? 'copy' : 'fresh')
    const row = this.tables.events.get(`source ${ask.key}`)
    if (row === undefined) this.broken.push(`${ask.key}: success before its row is there`)
    if (recorded?.duplicate === false && row?.id !== recorded.id)
      this.broken.push(`${ask.key}: fresh, but the row is another's`)
  }

  #sql(): Sql {
    const unsafe = async (statement: string, parameters: readonly unknown[]) => {
      const fate = this.#fates.shift() ?? 'commit'
      const keys = arrayIn(parameters[11]).map(String)
      this.#bounds(keys)
      if (fate !== 'commit') for (const key of keys) this.disturbed.add(key)
      this.flying++
      const label = `${fate} of ${keys.join(',')}`
      await this.#scheduler.schedule(Promise.resolve(), label)
      try {
        if (fate === 'hang') await new Promise((give) => setTimeout(give, limits.recordSilenceMs))
        if (fate === 'hang' || fate === 'refused') throw coded('CONNECTION_CLOSED')
        if (fate === 'collision') throw coded('40P01')
        if (keys.some((key) => this.#poison.has(key))) throw coded('22021')
        const rows = execute(this.tables, statement, parameters)
        await this.#scheduler.schedule(Promise.resolve(), `answer to ${keys.join(',')}`)
        if (fate === 'lost') throw coded('CONNECTION_CLOSED')
        return rows
      } finally {
        this.flying--
      }
    }
    return { unsafe, options: { prepare: true } } as unknown as Sql
  }

  #bounds(keys: readonly string[]): void {
    if (new Set(keys).size < keys.length) this.broken.push('a key is twice in one statement')
    if (keys.length > limits.batchEventsMax) this.broken.push('a batch is too large')
    if (this.flying >= 3) this.broken.push('too many statements at once')
    if (this.recorder.waiting() > limits.waitingRequestsMax)
      this.broken.push('the room is overfull')
  }
}

const coded = (code: string) => Object.assign(new Error(code), { code })

const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('commit') },
  { weight: 4, arbitrary: fc.constantFrom<Fate>('lost', 'refused', 'collision', 'hang') },
)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ ask: fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }) }),
  },
  { weight: 4, arbitrary: fc.record({ turn: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(1, 10, 300, 2_300) }) },
)

const { timeoutMs: timeout } = settings

test('who hears success is recorded; everybody hears one answer', { timeout }, async () => {
  const started = performance.now()
  let histories = 0
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fate, { maxLength: 12 }),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.subarray([0, 5, 11]),
      async (scheduler, fates, steps, poison) => {
        if (timeIsUp(started)) return
        histories++
        const scene = new Scene(scheduler, fates)
        await scene.time.live(async () => {
          for (const each of steps) {
            await act(scene, scheduler, each, poison)
          }
          await rest(scene, scheduler)
        })
        theEnd(scene)
      },
    ),
    settings.assert(4_000),
  )
  report('recording', histories, started)
})

test('past the room for waiting requests a sender is told to come again', async () => {
  const most = limits.waitingRequestsMax
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const scene = new Scene(scheduler, [])
      await scene.time.live(async () => {
        await scene.time.as(relay, () => {
          for (let n = 0; n < most + 100; n++) scene.ask(`k${n}`, false)
        })
        await rest(scene, scheduler)
      })
      theEnd(scene)
      const heard = scene.asks.map(({ answers: [answer] }) => answer)
      expect(heard.filter((answer) => answer === 'fresh')).toHaveLength(most)
      expect(heard.slice(most)).toEqual(Array(100).fill('busy'))
    }),
    { numRuns: 1 },
  )
})

type Step = { ask: number[] } | { turn: number } | { passMs: number }

async function act(scene: Scene, scheduler: fc.Scheduler, step: Step, poison: readonly number[]) {
  if ('ask' in step) {
    await scene.time.as(relay, () => {
      for (const key of step.ask) scene.ask(`k${key}`, poison.includes(key))
    })
    await scene.time.advance(0)
  } else if ('passMs' in step) await scene.time.advance(step.passMs)
  else for (let n = 0; n < step.turn; n++) await turn(scene, scheduler)
}

async function turn(scene: Scene, scheduler: fc.Scheduler): Promise<void> {
  if (scheduler.count() > 0) await scheduler.waitNext(1)
  await scene.time.advance(1)
}

async function rest(scene: Scene, scheduler: fc.Scheduler): Promise<void> {
  let drained = false
  void scene.recorder.drained().then(() => (drained = true))
  for (let n = 0; n < 2_000 && !drained; n++) {
    await turn(scene, scheduler)
    if (scheduler.count() === 0) await scene.time.advance(limits.recordSilenceMs)
  }
  await scene.time.advance(limits.recordMsMax)
  if (!drained) scene.broken.push('it never came to rest')
  if (scene.time.busy()) scene.broken.push('a timer is left')
  if (scene.flying + scene.recorder.waiting() > 0) scene.broken.push('something is left in memory')
}

function theEnd({ asks, broken, tables, disturbed }: Scene): void {
  if (broken.length > 0) throw new Error(broken.slice(0, 3).join('\n'))
  for (const { key, poisoned, answers } of asks) {
    if (answers.length !== 1) throw new Error(`${key} heard ${answers.length} answers`)
    if (!poisoned && answers[0] === 'failed' && !disturbed.has(key))
      throw new Error(`${key} failed for another's fault`)
    if (poisoned && answers[0] !== 'failed' && answers[0] !== 'busy')
      throw new Error(`${key} cannot be written, but heard ${answers[0]}`)
  }
  for (const key of new Set(asks.map((ask) => ask.key))) {
    const heard = asks.filter((ask) => ask.key === key).flatMap(({ answers }) => answers)
    theCopies(key, heard, tables)
  }
}

function theCopies(key: string, heard: readonly Heard[], tables: Tables): void {
  const fresh = heard.filter((answer) => answer === 'fresh').length
  if (fresh > 1) throw new Error(`${key} was fresh ${fresh} times`)
  const certain = heard.filter((answer) => answer === 'fresh' || answer === 'copy').length
  const copies = tables.events.get(`source ${key}`)?.copies ?? 0
  if (copies < certain) throw new Error(`${key}: ${copies} counted, ${certain} told`)
  if (copies > heard.length) throw new Error(`${key}: counted more often than it came`)
  const grants = tables.grants.filter((grant) => grant.email === `${key}@x.io`).length
  if (grants !== Math.min(1, copies)) throw new Error(`${key}: ${grants} grants`)
}
