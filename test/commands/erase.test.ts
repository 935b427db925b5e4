// `erase`, as a person at a terminal meets it: what is there is told first, then they are asked, then what went is told.
// Without a terminal it says nothing but the record.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Call, Io } from '../../src/commands/command.ts'
import { eraseCommand } from '../../src/commands/erase.ts'
import { readConfig } from '../../src/config.ts'
import { uuidv7 } from '../../src/ids.ts'
import { relayKey, startTestRelay, type TestRelay } from '../support/relay.ts'
import { placesOf } from '../privacy/scene.ts'

let it: TestRelay
let url: string
beforeAll(async () => {
  it = await startTestRelay('partner: acme\ncampaigns: [{ name: c, mode: sandbox }]\n')
  const { database, host, port, user, pass } = it.db.work.options
  const to = new URL(`postgres://localhost/${database}`)
  to.username = String(user)
  if (typeof pass === 'string') to.password = pass
  const [first = ''] = host
  to.port = String(port[0])
  if (first.startsWith('/')) to.searchParams.set('host', first)
  else to.hostname = first
  url = to.href
})
afterAll(() => it.close())

async function somebody(): Promise<string> {
  const email = `anna.${uuidv7()}@example.com`
  const [partner] = await it.db.work<{ id: string }[]>`select id from partners`
  await it.db.work`insert into event_bodies (partner_id, id, received_at, method, headers, body)
    values (${partner?.id ?? ''}, ${uuidv7()}, now(), 'POST', '{}', ${Buffer.from(`{"email":"${email}"}`)})`
  return email
}

interface Called {
  /** What the person at the terminal answers, one after the other; absent: there is none. */
  answers?: string[]
  flags?: string[]
  language?: Call['language']
}

async function call(email: string, { answers, flags = [], language = 'en' }: Called = {}) {
  const out: string[] = []
  const notes: string[] = []
  const asked: string[] = []
  const io: Io = {
    out: (text) => void out.push(text),
    write: async (text) => void out.push(text),
    closed: () => false,
    note: (text) => void notes.push(text),
    colour: false,
    terminal: answers !== undefined,
    ...(answers && {
      ask: async (question: string) => {
        asked.push(question)
        return answers.shift() ?? ''
      },
    }),
  }
  const code = await eraseCommand.run({
    positionals: [email],
    flag: (name) => flags.includes(name),
    value: () => undefined,
    config: () => readConfig({ DATABASE_URL: url, RELAY_KEY: relayKey, LOG_LEVEL: 'silent' }),
    env: {},
    language,
    io,
  })
  return { code, out, notes, asked }
}

const record = expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)

test('a person is told what there is, is asked, and is told what went', async () => {
  const email = await somebody()
  const told = await call(email, { answers: ['yes'] })
  expect(told).toEqual({
    code: 0,
    out: [record],
    notes: [
      'acme: of this person there is:',
      '       1  requests as they came',
      'acme: erased:',
      '       1  requests as they came',
    ],
    asked: [expect.stringMatching(/Erase\? \[yes\/no\] $/)],
  })
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test.each(['no', '', 'yes please'])('the answer %j erases nothing', async (answer) => {
  const email = await somebody()
  const { code, out, notes } = await call(email, { answers: [answer] })
  expect([code, out, notes.at(-1)]).toEqual([1, [], 'Nothing was erased.'])
  expect(await placesOf(it.db.work, email)).not.toEqual([])
  expect(await it.db.work`select 1 from erased_people`).toHaveLength(1)
})

test('in Russian, with the address typed when it is asked for', async () => {
  const email = await somebody()
  const { code, notes, asked } = await call('-', { answers: [email, 'да'], language: 'ru' })
  expect(code).toBe(0)
  expect(notes[0]).toBe('acme: об этом человеке хранится:')
  expect(notes[1]).toMatch(/тела запросов/)
  expect(asked).toHaveLength(2)
})

test('whoever says --yes is told and not asked; of nobody there is nothing', async () => {
  const told = await call('nobody@example.com', { answers: [], flags: ['yes'] })
  expect(told).toMatchObject({
    code: 0,
    out: [record],
    notes: ['acme: of this person there is nothing', 'acme: nothing had to go'],
    asked: [],
  })
})

test('--dry-run changes nothing, and needs no terminal', async () => {
  const email = await somebody()
  const { code, out, notes } = await call(email, { flags: ['dry-run'] })
  expect([code, out, notes]).toEqual([
    0,
    [],
    ['acme: of this person there is:', '       1  requests as they came'],
  ])
  expect(await placesOf(it.db.work, email)).not.toEqual([])
  await expect(call('no address', { flags: ['dry-run'] })).rejects.toThrow('not an address')
})

test('without a terminal nobody is asked, and there is the record alone', async () => {
  const email = await somebody()
  expect(await call(email)).toEqual({ code: 0, out: [record], notes: [], asked: [] })
  expect(await placesOf(it.db.work, email)).toEqual([])
})
