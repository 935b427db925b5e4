// A partner whose rules lie in the database as people write them, and events recorded by them.
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { jobs } from '../../src/db/jobs/schema.ts'
import { announceChange } from '../../src/db/directory.ts'
import { campaigns, grants, rules } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { JobRunner } from '../../src/jobs/runner.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { createVault } from '../../src/vault.ts'
import { pepper } from '../ledger/scene.ts'
import { until } from '../support/sending.ts'
import { openApiScene, type ApiScene } from '../api/scene.ts'
import type { ScenePartner } from '../ledger/scene.ts'

/** As scene.ts of the ledger applies it to what comes in. */
export const definition = {
  events: ['invoice.*'],
  when: { path: '$.amount', op: 'gte', value: 1000 },
  email: ['$.email'],
}

export interface JobScene extends ApiScene {
  own: ScenePartner
  other: ScenePartner
  mine: string
  /** Of the only rule, or of the one with this name. */
  setRule(definition: object, partner?: ScenePartner): Promise<void>
  grantsOf(email: string): Promise<(typeof grants.$inferSelect)[]>
  /** The body of the answer, whose status must be this one. */
  ask<Shape extends z.ZodType>(
    shape: Shape,
    status: number,
    method: string,
    path: string,
    body?: object,
  ): Promise<z.output<Shape>>
}

export async function openJobScene(): Promise<JobScene> {
  const scene = await openApiScene()
  const own = await scene.makePartner()
  const other = await scene.makePartner()
  const mine = await scene.token(own.partnerId)
  const setRule = async (written: object, partner = own) => {
    await scene.db.orm
      .update(rules)
      .set({ definition: written })
      .where(eq(rules.partnerId, partner.partnerId))
    await announceChange(scene.db.orm)
  }
  await setRule(definition)
  await setRule(definition, other)
  return {
    ...scene,
    own,
    other,
    mine,
    setRule,
    grantsOf: (email) => scene.db.orm.select().from(grants).where(eq(grants.email, email)),
    async ask(shape, status, method, path, body) {
      const answer =
        method === 'GET'
          ? await scene.get(`/api/v1/${path}`, mine)
          : await scene.change(`/api/v1/${path}`, mine, method, body)
      const said: unknown = await answer.json()
      if (answer.status !== status)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`)
      return shape.parse(said)
    },
  }
}

export const campaignNameOf = async ({ db }: ApiScene, id: string): Promise<string> => {
  const [row] = await db.orm.select().from(campaigns).where(eq(campaigns.id, id))
  return row?.name ?? ''
}

export const Refused = z.looseObject({ code: z.string(), reason: z.string().optional() })

export const Job = z.looseObject({
  id: z.string(),
  state: z.string(),
  fingerprint: z.string(),
  found: z.looseObject({
    counts: z.record(z.string(), z.number()),
    examples: z.array(z.looseObject({})),
  }),
  progress: z.looseObject({ items: z.number(), waiting: z.number() }),
  left: z.record(z.string(), z.number()),
})

/** A relay's runner of jobs, on the scene's database. */
export function runnerOn(it: JobScene, node = uuidv7()) {
  const failures: unknown[] = []
  const made = new JobRunner({
    sql: it.relayDb.work,
    orm: it.relayDb.orm,
    node,
    pepper,
    now: Date.now,
    sourceById: createDirectory(it.relayDb.orm, createVault([Buffer.alloc(32, 7)])).sourceById,
    granted: () => {},
    failed: (error) => failures.push(error),
  })
  return { start: () => made.start(), stop: () => made.stop(5000), failures }
}

export const overAt = (it: JobScene, id: string) =>
  until(
    async () => (await it.db.orm.select().from(jobs).where(eq(jobs.id, id)))[0]?.state === 'done',
    20_000,
  )
