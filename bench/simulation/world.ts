// Relays, a database and one MOAB in virtual time. The relays are the real ones: recorder, worker, settler
// and src/db with its parameters. The tables are the twin's, which are held against PostgreSQL in its
// tests; what a statement costs PostgreSQL is not modelled: each takes a fixed time.
import type { Sql } from '../../src/db/open.ts'
import { Worker } from '../../src/grants/worker.ts'
import { createRecorder, type Recorder } from '../../src/inbound/recorder.ts'
import { limits } from '../../src/limits.ts'
import { failedCall, type Answer } from '../../src/moab/answer.ts'
import { execute, intentOf } from '../../test/twin/statements.ts'
import { Tables } from '../../test/twin/tables.ts'
import { chance, theWorld, VirtualTime } from '../../test/twin/time.ts'
import { requestOf } from '../../test/twin/world.ts'
import { Checks } from './checks.ts'
import { BusyMoab, type Moab } from './moab.ts'
import { drawing, type Partner } from './traffic.ts'

/** There and back. */
const statementMs = 2
const networkMs = 10
const begins = 1_796_000_000_000

const refused = failedCall('connection_refused', false)
const tooLate = failedCall('deadline', true)

export interface WorldOptions {
  seed: number
  relays: number
  partners: readonly Partner[]
  weather: Moab
}

interface Relay {
  worker: Worker
  recorder: Recorder
  owner: number
}

export class World {
  time = new VirtualTime(limits.pollMs, { from: begins, timersMax: Infinity })
  random: () => number
  tables: Tables
  checks: Checks
  moab: BusyMoab
  weather: Moab
  partners: readonly Partner[]
  recorded = 0
  acknowledged = 0
  done = 0
  /** Calls that left, and answers that came, by the second since the beginning. */
  calls: number[] = []
  answers: number[] = []
  statements = new Map<string, number>()
  inFlight = 0
  surprises: unknown[] = []
  begins = begins
  #relays: Relay[] = []

  constructor({ seed, relays, partners, weather }: WorldOptions) {
    this.random = chance(seed)
    this.partners = partners
    this.weather = weather
    this.tables = new Tables(() => this.time.now, this.random)
    // Nothing asks for them; with probes they would be millions.
    this.tables.attempts = new Forgetful()
    this.tables.events = new Forgetful()
    for (const { campaignId, perSecond } of partners)
      this.tables.addCampaign({ partnerId: 'partner', id: campaignId, perSecond, startsAt: null })
    this.tables.watch = ({ settledAt }, before) => {
      if (before?.settledAt === null && settledAt !== null) this.done++
    }
    this.checks = new Checks(this.tables)
    this.moab = new BusyMoab({
      random: this.random,
      after: (ms, run) => void this.time.after(theWorld, ms, run),
      weather: () => this.weather,
    })
    for (let owner = 1; owner <= relays; owner++) this.#relays.push(this.#makeRelay(owner))
  }

  /** Seconds since the beginning. */
  get second(): number {
    return (this.time.now - begins) / 1000
  }

  start(): Promise<void> {
    return this.#relays.reduce(async (before, { owner, worker }, n) => {
      await before
      await this.time.advance(n === 0 ? 0 : 137)
      await this.time.as(owner, () => worker.start())
    }, Promise.resolve())
  }

  /** Events come by chance, so many a second, until then; `of` says of which partner the next one is. */
  arrive(perSecond: number, until: number, of = drawing(this.partners, this.random)): void {
    const next = () => {
      if (this.second >= until) return
      const partner = this.partners[of()]
      const relay = this.#relays[Math.floor(this.random() * this.#relays.length)]
      if (partner && relay) this.time.after(relay.owner, 0, () => this.#bring(relay, partner))
      this.time.after(theWorld, (-Math.log(1 - this.random()) / perSecond) * 1000, next)
    }
    next()
  }

  async passUntil(second: number): Promise<void> {
    await this.time.advance(begins + second * 1000 - this.time.now)
    if (this.surprises.length > 0)
      throw new Error('a relay met a surprise', { cause: this.surprises[0] })
  }

  /** Grants that are not yet done. */
  left(): number {
    return this.recorded - this.done
  }

  #bring({ recorder }: Relay, { campaignId }: Partner): void {
    const n = this.recorded++
    const told = recorder.record(requestOf(campaignId, [`${n}@example.com`], `event${n}`))
    told.then(
      () => this.acknowledged++,
      (error: unknown) => this.surprises.push(error),
    )
  }

  #makeRelay(owner: number): Relay {
    const node = `relay${owner}`
    const clock = { offsetMs: Math.round((this.random() - 0.5) * 1000), rate: 1 }
    this.time.setClock(owner, { ...clock, rate: 1 + (this.random() - 0.5) / 10_000 })
    const sql = this.#sql(owner)
    const worker = new Worker({
      sql,
      node,
      moab: {
        register: ({ url, apiKey, email }) => this.#call(owner, node, url, apiKey, email),
        close: () => Promise.resolve(),
      },
      // The attempt travels as the key: from it the call is known.
      destination: (grant) =>
        Promise.resolve({ url: grant.campaignId, apiKey: `${grant.id} ${grant.attempt}` }),
      random: this.random,
      attempted: () => {},
      failed: (error) => this.surprises.push(error),
    })
    return { owner, worker, recorder: createRecorder({ sql, node, pepper, worker }) }
  }

  #sql(owner: number): Sql {
    const unsafe = (statement: string, parameters: readonly unknown[]) =>
      new Promise((resolve) => {
        this.time.stir()
        const intent = intentOf(statement)
        this.statements.set(intent, (this.statements.get(intent) ?? 0) + 1)
        this.time.after(theWorld, statementMs / 2, () => {
          const rows = execute(this.tables, statement, parameters)
          this.time.after(owner, statementMs / 2, () => resolve(rows))
        })
      })
    return { unsafe, options: { prepare: true } } as unknown as Sql
  }

  #call(owner: number, node: string, campaignId: string, call: string, email: string) {
    const [grantId = '', attempt] = call.split(' ')
    this.checks.leaves(this.tables.grant(grantId), Number(attempt), node)
    this.#count(this.calls)
    this.inFlight++
    const started = this.time.now
    return new Promise<{ answer: Answer; ms: number }>((resolve) => {
      let isOver = false
      const over = (answer: Answer) => {
        if (isOver) return
        isOver = true
        this.inFlight--
        if (answer.ambiguous) this.checks.lost(grantId)
        else if (answer !== refused) this.#count(this.answers)
        resolve({ answer, ms: this.time.now - started })
      }
      if (this.weather.state === 'refuses')
        return void this.time.after(owner, networkMs / 2, () => over(refused))
      const deadline = this.time.after(owner, limits.moabDeadlineMs, () => over(tooLate))
      if (this.weather.state === 'silent') return
      this.time.after(theWorld, networkMs / 2, () =>
        this.moab.take(`${campaignId} ${email}`, (answer) => {
          if (answer.class === 'known') this.checks.again(grantId)
          this.time.after(owner, networkMs / 2, () => {
            deadline.cancelled = true
            over(answer)
          })
        }),
      )
    })
  }

  #count(seconds: number[]): void {
    const at = Math.floor(this.second)
    while (seconds.length <= at) seconds.push(0)
    seconds[at] = (seconds[at] ?? 0) + 1
  }
}

const pepper = Buffer.from('simulation')

class Forgetful<K, V> extends Map<K, V> {
  override set(): this {
    return this
  }
}
