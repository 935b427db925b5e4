// Events as they really come about: planned by the rules, recorded by the recorder, settled with
// what MOAB said. One partner with a source, campaigns and rules each.
import { claimDue } from '../../src/db/claim.ts'
import { insertRejections } from '../../src/db/rejections.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { rules } from '../../src/db/schema.ts'
import { settleBatch } from '../../src/db/settle.ts'
import { decide } from '../../src/grants/outcome.ts'
import type { ParkedReason } from '../../src/lookups/outcome.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createRecorder } from '../../src/inbound/recorder.ts'
import { peopleUnder } from '../../src/inbound/rejections.ts'
import type { JsonValue } from '../../src/json.ts'
import { failedCall, readAnswer } from '../../src/moab/answer.ts'
import { plan, type ActiveRule } from '../../src/rules/plan.ts'
import { compileRule } from '../../src/rules/rule.ts'
import { freshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, type TestPartner } from '../support/partner.ts'

export const pepper = Buffer.alloc(32, 3)

export interface ScenePartner extends TestPartner {
  rules: ActiveRule[]
}

interface Came {
  email?: string
  type?: string
  key?: string
  test?: boolean
  value?: JsonValue
  /** As it was sent; else the value as JSON. */
  body?: string
  unreadable?: 'not_json'
  parked?: ParkedReason
}

export interface Scene {
  /** As who made it. */
  db: Database
  /** As the relay works with it: behind its walls. */
  relayDb: Database
  makePartner(ruleNames?: readonly string[]): Promise<ScenePartner>
  /** Resolves with the event's id. */
  came(partner: ScenePartner, event?: Came): Promise<string>
  /** MOAB's answer to everything that is due: a body, or null for silence. */
  answered(body: string | null): Promise<void>
  rejected(partner: TestPartner, reason?: string): Promise<string>
  alarmed(partner: TestPartner): Promise<string>
  close(): Promise<void>
}

export async function openScene(): Promise<Scene> {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const node = uuidv7()
  const recorder = createRecorder({ sql: relayDb.record, node, pepper, worker: undefined })

  async function makeScenePartner(ruleNames: readonly string[] = ['paid']): Promise<ScenePartner> {
    const partner = await makePartner(db)
    const more = ruleNames.slice(1).map(() => makeCampaign(db, partner.partnerId))
    const campaigns = [partner.campaignId, ...(await Promise.all(more))]
    const active = ruleNames.map((name, n) => activeRule(name, campaigns[n] ?? partner.campaignId))
    for (const [position, rule] of active.entries()) {
      await db.orm.insert(rules).values({
        partnerId: partner.partnerId,
        id: rule.id,
        sourceId: partner.sourceId,
        campaignId: rule.campaign.id,
        position,
        name: rule.name,
        definition: {},
      })
    }
    return { ...partner, rules: active }
  }

  return {
    db,
    relayDb,
    makePartner: makeScenePartner,
    async came(partner, { email, type = 'invoice.paid', key = uuidv7(), ...more } = {}) {
      const value = more.value ?? { amount: 1500, ...(email !== undefined && { email }) }
      const event = {
        key,
        type,
        occurredAt: 1_795_000_000_000,
        test: more.test ?? false,
        part: 0,
        value,
        unreadable: more.unreadable ?? null,
        trust: 'signed',
        regions: [],
      } as const
      const { partnerId, sourceId } = partner
      const [recorded] = await recorder.record({
        partnerId,
        sourceId,
        credentialId: uuidv7(),
        method: 'POST',
        headers: { 'content-type': ['application/json'] },
        body: Buffer.from(more.body ?? JSON.stringify(value)),
        events: [
          {
            event,
            plan: plan(event, partner.rules),
            ...(more.parked && {
              parked: {
                waitsFor: 'lookup',
                reason: more.parked,
                customer: null,
                again: false,
                verdict: { trust: 'signed' },
              },
            }),
          },
        ],
      })
      return recorded?.id ?? ''
    },
    async answered(body) {
      const due = await claimDue(relayDb.work, { node, leaseMs: 60_000, most: 100 })
      const answer =
        body === null ? failedCall('deadline', true) : readAnswer(200, Buffer.from(body), true)
      await settleBatch(
        relayDb.work,
        due.map((grant) => ({
          partnerId: grant.partnerId,
          campaignId: grant.campaignId,
          grantId: grant.id,
          attempt: grant.attempt,
          ms: 84,
          answer,
          decision: decide(answer, grant, 0),
        })),
        node,
      )
    },
    async alarmed({ partnerId, sourceId }) {
      const id = uuidv7()
      await db.work`
        insert into alarms (id, partner_id, kind, subject, cause, detail)
        values (${id}, ${partnerId}, 'source_silent', ${sourceId}, ${id}, '{"seconds": 7200}')`
      return id
    },
    async rejected({ partnerId, sourceId }, reason = 'signature_mismatch') {
      const id = uuidv7()
      const headers = { 'stripe-signature': ['t=1,v1=00'] }
      const body = Buffer.from('{"email":"somebody@example.com"}')
      await insertRejections(
        relayDb.work,
        [
          {
            id,
            partnerId,
            sourceId,
            reason,
            hint: 'the signature does not match',
            method: 'POST',
            headers,
            body,
            bodyBytes: body.length,
            ip: '203.0.113.7',
          },
        ],
        1000,
        peopleUnder(pepper),
      )
      return id
    },
    async close() {
      await recorder.drained()
      await relayDb.close()
      await db.close()
      await fresh.drop()
    },
  }
}

function activeRule(name: string, campaignId: string): ActiveRule {
  const rule = compileRule({
    events: ['invoice.*'],
    when: { path: '$.amount', op: 'gte', value: 1000 },
    email: ['$.email'],
    campaign: 'spring',
  })
  return { id: uuidv7(), name, campaign: { id: campaignId, mode: 'live' }, rule }
}
