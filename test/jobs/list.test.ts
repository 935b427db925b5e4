// A list of people's emails: previewed line by line, brought in once, told in both languages.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { jobItems } from '../../src/db/jobs/schema.ts'
import {
  campaignNameOf,
  Job,
  openJobScene,
  overAt,
  Refused,
  runnerOn,
  type JobScene,
} from './scene.ts'

let it: JobScene
beforeAll(async () => (it = await openJobScene()))
afterAll(() => it.close())

describe('a list', () => {
  const send = async (campaign: string, bytes: Buffer | string) =>
    it.api.request(`/api/v1/imports?campaign=${encodeURIComponent(campaign)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${it.mine}`, 'content-type': 'text/csv' },
      body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    })

  test('is previewed line by line, and then brought in: once, in order, told in both languages', async () => {
    await it.came(it.own, { email: 'there@example.com' })
    const campaign = await campaignNameOf(it, it.own.campaignId)
    const csv =
      '\uFEFFname;E-Mail\r\n"Doe; J";list1@example.com\r\nx;LIST1@EXAMPLE.COM\r\nx;list1@example.com\r\nx;there@example.com\r\nx;nobody\r\nx;\r\n'
    const answer = await send(campaign, csv)
    const plan = Job.parse(await answer.json())
    expect(plan).toMatchObject({
      kind: 'import',
      found: {
        counts: { rows: 6, valid: 3, new: 2, duplicates: 1, known: 1, unusable: 2 },
        mistakes: [
          { line: 6, problem: 'not an email' },
          { line: 7, problem: 'empty' },
        ],
        examples: [{ line: 2, email: 'l***@example.com' }, { line: 3 }, { line: 5 }],
      },
    })
    const { fingerprint, id } = plan
    await it.ask(Job, 200, 'POST', `plans/${id}/confirm`, { fingerprint })
    const { start, stop, failures } = runnerOn(it)
    start()
    await overAt(it, id)
    await stop()
    expect(failures).toEqual([])
    expect(await it.ask(Job, 200, 'GET', `jobs/${id}`)).toMatchObject({
      progress: { done: 2, skipped: 1 },
      left: { there_already: 1 },
    })
    const [grant] = await it.grantsOf('list1@example.com')
    expect(grant).toMatchObject({
      importId: id,
      eventId: null,
      ruleId: null,
      state: 'queued',
      campaignId: it.own.campaignId,
    })
    const kept = await it.db.orm.select().from(jobItems).where(eq(jobItems.jobId, id))
    expect(kept.filter(({ email }) => email !== null)).toEqual([])
    await it.answered('{"status":"ok"}')
    for (const [lang, words] of [
      ['en', 'brought in from a list'],
      ['ru', 'адрес загружен из списка'],
    ]) {
      const person = await (
        await it.get(`/api/v1/people/list1@example.com?lang=${lang}`, it.mine)
      ).json()
      expect(person).toMatchObject({
        grants: expect.arrayContaining([
          expect.objectContaining({ import_id: id, state: 'granted' }),
        ]),
        told: expect.arrayContaining([expect.stringContaining(words ?? '')]),
      })
    }
  })

  test.each([
    ['a@example.com\nb@example.com\n', 2],
    ['id\temail\n1\ta@example.com\n', 1],
    ['1,a@example.com\n2,b@example.com', 2],
  ])('is read with or without a header, whatever separates: %j', async (csv, valid) => {
    const campaign = await campaignNameOf(it, it.own.campaignId)
    const answer = await send(campaign, csv)
    expect(await answer.json()).toMatchObject({ found: { counts: { valid } } })
  })

  test.each([
    ['', 'empty'],
    ['email\n', 'empty'],
    ['name,phone\nIvan,1\n', 'column named email'],
    [Buffer.from([0x65, 0x6d, 0xff, 0xfe]), 'UTF-8'],
  ])('is refused in one clear sentence: %j', async (csv, words) => {
    const campaign = await campaignNameOf(it, it.own.campaignId)
    const answer = await send(campaign, csv)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      errors: [{ in: 'body', detail: expect.stringContaining(words) }],
    })
  })

  test('that is cancelled leaves no address behind', async () => {
    const campaign = await campaignNameOf(it, it.own.campaignId)
    const csv = 'email\ncancelled1@example.com\ncancelled2@example.com\n'
    const { id, fingerprint } = Job.parse(await (await send(campaign, csv)).json())
    const emails = async () =>
      (await it.db.orm.select().from(jobItems).where(eq(jobItems.jobId, id))).map(
        ({ email }) => email,
      )
    await it.ask(Job, 200, 'POST', `plans/${id}/confirm`, { fingerprint })
    expect(await emails()).toHaveLength(2)
    expect(await emails()).not.toContain(null)
    await it.ask(Job, 200, 'POST', `jobs/${id}/cancel`, {})
    expect(await emails()).toEqual([null, null])
  })

  test('that knows somebody more than it was shown with is planned anew', async () => {
    const campaign = await campaignNameOf(it, it.own.campaignId)
    const plan = Job.parse(await (await send(campaign, 'soon@example.com\n')).json())
    await it.came(it.own, { email: 'soon@example.com' })
    const { fingerprint, id } = plan
    expect(
      await it.ask(Refused, 409, 'POST', `plans/${id}/confirm`, { fingerprint }),
    ).toMatchObject({ reason: 'world_changed' })
  })
})
