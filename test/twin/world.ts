// A few relays on one database and one MOAB, all of it in virtual time. The relays are the real ones
// (recorder, worker, src/db with its parameters); the tables, the network and MOAB are models. Every
// statement and every call takes a way there and a way back, on which a relay may be killed, stand
// still, or lose what was sent.
import type { ClaimedGrant } from '../../src/db/claim.ts'
import { Busy } from '../../src/db/group-commit.ts'
import type { Sql } from '../../src/db/open.ts'
import type { Destination } from '../../src/grants/destination.ts'
import { Worker } from '../../src/grants/worker.ts'
import { createRecorder, type Recorder, type RequestToKeep } from '../../src/inbound/recorder.ts'
import { limits } from '../../src/limits.ts'
import type { Answer } from '../../src/moab/answer.ts'
import type { MoabClient } from '../../src/moab/client.ts'
import { arrayIn } from './array-in.ts'
import { Law, type Settled } from './law.ts'
import { lost, ModelMoab, refused, tooLate } from './moab.ts'
import { execute, intentOf } from './statements.ts'
import { Tables, type Campaign, type Grant, type Health } from './tables.ts'
import { chance, theWorld, VirtualTime } from './time.ts'

export interface Relay {
  owner: number
  node: string
  worker: Worker
  recorder: Recorder
  stopping: boolean
}

const partnerId = 'partner'
const sourceId = 'source'
const pepper = Buffer.from('twin')

export class World {
  time = new VirtualTime(limits.pollMs)
  random: () => number
  tables: Tables
  moab = new ModelMoab()
  law: Law
  relays: Relay[] = []
  campaigns: string[] = []
  databaseAwayUntil = 0
  /** Share of statements whose answer does not come back. */
  statementsLost = 0
  /** Event keys whose senders were told that they are recorded. */
  told = new Set<string>()
  surprises: unknown[] = []
  #owners = 0

  constructor(seed: number, campaigns: readonly Pick<Campaign, 'perSecond' | 'startsAt'>[]) {
    this.random = chance(seed)
    this.tables = new Tables(() => this.time.now, this.random)
    this.law = new Law(this.tables, this.moab)
    campaigns.forEach(({ perSecond, startsAt }, n) => {
      const start = startsAt === null ? null : this.time.now + startsAt
      this.tables.addCampaign({ partnerId, id: `campaign${n}`, perSecond, startsAt: start })
      this.campaigns.push(`campaign${n}`)
    })
  }

  async boot(): Promise<Relay> {
    const owner = ++this.#owners
    const node = `relay${owner}`
    this.time.setClock(owner, {
      offsetMs: Math.round((this.random() - 0.5) * 7_200_000),
      rate: 1 + (this.random() - 0.5) / 500,
    })
    const sql = this.#sql(owner)
    const worker = new Worker({
      sql,
      node,
      moab: this.#client(owner, node),
      // The email and the fence travel as the key: the model knows from it whose call this is.
      destination: (grant) => this.#destination(owner, grant),
      random: this.random,
      attempted: () => {},
      failed: (error) => this.#noteSurprise(error),
    })
    const recorder = createRecorder({ sql, node, pepper, worker })
    const relay = { owner, node, worker, recorder, stopping: false }
    this.relays.push(relay)
    await this.time.as(owner, () => worker.start())
    return relay
  }

  relay(n: number): Relay | undefined {
    return this.relays[n % this.relays.length]
  }

  /** A sender brings one event for these emails to a relay. */
  async arrive(n: number, campaignId: string, emails: readonly string[], key: string) {
    const relay = this.relay(n)
    if (relay === undefined || relay.stopping || this.time.isStalled(relay.owner)) return
    await this.time.as(relay.owner, () => {
      const recorded = relay.recorder.record(requestOf(campaignId, emails, key))
      void recorded.then(
        () => this.told.add(key),
        () => {},
      )
    })
  }

  async kill(n: number): Promise<void> {
    const relay = this.relay(n)
    if (relay === undefined) return
    this.relays = this.relays.filter((other) => other !== relay)
    this.time.kill(relay.owner)
    await this.boot()
  }

  async stop(n: number): Promise<void> {
    const relay = this.relay(n)
    if (relay === undefined || relay.stopping) return
    relay.stopping = true
    const gone = async () => {
      await relay.recorder.drained()
      await relay.worker.stop(limits.stopGraceMs)
      this.relays = this.relays.filter((other) => other !== relay)
      this.time.kill(relay.owner)
    }
    await this.time.as(relay.owner, () => void gone())
    await this.boot()
  }

  stall(n: number, ms: number): void {
    const relay = this.relay(n)
    if (relay === undefined) return
    this.time.stall(relay.owner, this.time.now + ms)
  }

  pass(ms: number): Promise<void> {
    return this.time.advance(ms, () => this.tables.nextWork())
  }

  /** The weather clears; everything that can end ends. */
  async rest(): Promise<void> {
    this.moab.weather.clear()
    this.statementsLost = 0
    for (let days = 0; days < 40; days++) {
      await this.pass(6 * 3_600_000)
      if (this.tables.nextWork() === Infinity && !this.time.busy()) return
    }
  }

  /** A result that could not be written for as long as its lease is given up (Busy): it is rescued. */
  #noteSurprise(error: unknown): void {
    const isExpected = error === connectionLost || error instanceof Busy
    if (!isExpected) this.surprises.push(error)
  }

  #sql(owner: number): Sql {
    const unsafe = (statement: string, parameters: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        this.time.stir()
        const [there, back] = [this.#trip(40), this.#trip(40)]
        const reply = (say: () => void) =>
          there + back === 0 ? say() : void this.time.after(owner, back, say)
        const arrive = () => {
          if (this.databaseAwayUntil > this.time.now)
            return void this.time.after(owner, 500, () => reject(connectionLost))
          const rows = this.#execute(statement, parameters)
          const isLost = this.statementsLost > 0 && this.random() < this.statementsLost
          reply(() => (isLost ? reject(connectionLost) : resolve(rows)))
        }
        if (there + back === 0) arrive()
        else this.time.after(theWorld, there, arrive)
      })
    return { unsafe, options: { prepare: true } } as unknown as Sql
  }

  #execute(statement: string, parameters: readonly unknown[]): object[] {
    const intent = intentOf(statement)
    if (intent !== 'settle') {
      const rows = execute(this.tables, statement, parameters)
      if (intent === 'due' || intent === 'paced' || intent === 'probes')
        this.law.claimed(rows as Grant[], Number(parameters[2]))
      if (intent === 'release') this.law.released(rows as Grant[])
      return rows
    }
    const before = new Map([...this.tables.health].map(([id, h]) => [id, { ...h }]))
    const rows = execute(this.tables, statement, parameters)
    this.#settled(parameters, before)
    return rows
  }

  #settled(p: readonly unknown[], before: Map<string, Health>): void {
    const ids = arrayIn(p[1]).map(String)
    const answers = arrayIn(p[10])
    const results = ids.map((grantId, n): Settled => {
      const { campaignId = '' } = this.tables.grant(grantId) ?? {}
      return { grantId, campaignId, answer: answers[n] ?? '' }
    })
    this.law.settled(results, before)
  }

  #client(owner: number, node: string): MoabClient {
    return {
      register: ({ url: campaignId, apiKey, email }) =>
        this.#call(owner, node, campaignId, apiKey, email),
      close: () => Promise.resolve(),
    }
  }

  #call(owner: number, node: string, campaignId: string, call: string, email: string) {
    const [grantId = '', attempt] = call.split(' ')
    const { refuses, loses, slowMs } = this.moab.weatherOf(campaignId)
    const started = this.time.now
    return new Promise<{ answer: Answer; ms: number }>((resolve) => {
      let isAnswered = false
      const answered = (answer: Answer) => {
        if (answer.ambiguous && !isAnswered) this.law.answerLost(grantId)
        isAnswered = true
        resolve({ answer, ms: this.time.now - started })
      }
      // A process may stand still between its last look at the clock and the write.
      const stalled = this.time.isStalled(owner)
      this.time.after(owner, 0, () => {
        const late = stalled || this.time.now > started
        this.law.callLeaves(this.tables.grant(grantId), Number(attempt), node, late)
        if (refuses) return void this.time.after(owner, 5, () => answered(refused))
        const deadline = started + limits.moabDeadlineMs
        const [there, back] = [this.#trip(slowMs), this.#trip(slowMs)]
        this.time.after(owner, Math.max(0, deadline - this.time.now), () => answered(tooLate))
        this.time.after(theWorld, there, () => {
          const answer = this.moab.take(campaignId, email)
          this.law.callArrives(grantId, answer)
          const isLost = this.random() < loses
          this.time.after(owner, back, () => answered(isLost ? lost : answer))
        })
      })
    })
  }

  /** The database is asked where to; now and then that takes long. */
  #destination(owner: number, grant: ClaimedGrant): Promise<Destination> {
    const to = { url: grant.campaignId, apiKey: callOf(grant) }
    if (this.random() > 0.05) return Promise.resolve(to)
    return new Promise((found) => this.time.after(owner, this.random() * 50_000, () => found(to)))
  }

  #trip(most: number): number {
    return this.random() < 0.75 ? 0 : Math.ceil(this.random() * most)
  }
}

/** One for all: what costs in an error is where it comes from. */
const connectionLost = Object.assign(new Error('connection lost'), { code: 'CONNECTION_CLOSED' })

const callOf = ({ id, attempt }: ClaimedGrant) => `${id} ${attempt}`

export function requestOf(
  campaignId: string,
  emails: readonly string[],
  key: string,
): RequestToKeep {
  const grants = emails.map((address) => ({
    ruleId: 'rule',
    campaignId,
    mode: 'live' as const,
    path: '$.email',
    email: { address, display: address },
    trust: 'signed' as const,
    test: false,
  }))
  const event = {
    key,
    type: 'paid',
    occurredAt: null,
    test: false,
    part: 0,
    value: {},
    unreadable: null,
    trust: 'signed' as const,
    regions: [],
  }
  const plan = { state: 'matched' as const, reason: 'matched' as const, grants, trace: [] }
  const request = { partnerId, sourceId, credentialId: null, method: 'POST', headers: {} }
  return { ...request, body: Buffer.from('{}'), events: [{ event, plan }] }
}
