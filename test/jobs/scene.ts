// A partner whose rules lie in the database as people write them, and events recorded by them.
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { announceChange } from '../../src/db/directory.ts'
import { campaigns, grants, rules } from '../../src/db/schema.ts'
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
