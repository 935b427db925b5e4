import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeProblems } from '../../src/partners/apply.ts'
import { problemText } from '../../src/partners/config/problem.ts'
import { sayFileMistake } from '../../src/partners/file-mistakes.ts'
import { expectRussian } from '../support/russian.ts'
import { mistakes } from './mistakes.ts'
import { apiKey, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

/** Names of providers, fields and values, and lists of them. */
const asGiven =
  'GitHub Webhook with an HMAC signature secret token username password true false https invoice constructor'.split(
    ' ',
  )
const lists = /(?:Можно|можно|Есть|одно из|выглядит так): .*/g

/** The text without the finger, and where it pointed. */
function pointed(text: string) {
  const before = text.slice(0, text.indexOf('⟦')).split('\n')
  return {
    text: text.replace('⟦', ''),
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  }
}

describe('a mistake is told with its place and what is allowed, and nothing is changed', () => {
  test.each(mistakes)('$what', async ({ text: marked, path, message, env, files }) => {
    const { text, line, column } = pointed(marked)
    const before = await scene.dump()
    const result = await scene.apply(text, { env: env ?? {}, files: files ?? {} })
    if (result.ok) throw new Error('it was applied')
    const [first] = result.problems
    expect({ ...first, message: undefined }).toEqual({
      file: '/etc/relay/relay.yaml',
      line,
      column,
      path,
      message: undefined,
    })
    expect(first?.message).toContain(message)
    expect(await scene.dump()).toBe(before)
    // What the library says of YAML stays English.
    if (message.startsWith('is not YAML')) return
    expect(result.problems).toHaveLength(1)
    const russian = sayFileMistake(first?.message ?? '')
    expectRussian(russian.replaceAll(lists, 'список'), asGiven)
  })
})

test('all mistakes are told at once, in the order of the file, those of the database too', async () => {
  const result = await scene.apply(`partner: acme
campaigns:
  - { name: a, mode: liev, api_key: \${NOT_SET}, colour: red }
  - { name: b, mode: live, api_key: { stored: true } }
sources:
  - name: s
    provider: gihub
    key: short
    credentials: [{ secret: { file: nowhere } }]
    rules: [{ events: [x], email: [$$], campaign: a }, { events: [x], email: [$.e], campaign: z }]
  - name: t
    provider: github
    rules: [{ events: [x], email: [$.e], campaign: zz }, { events: [x], email: [$.e], campaign: a }]
`)
  if (result.ok) throw new Error('it was applied')
  expect(result.problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '3 campaigns[0].mode',
    '3 campaigns[0].api_key',
    '3 campaigns[0].colour',
    '4 campaigns[1].api_key',
    '7 sources[0].provider',
    '8 sources[0].key',
    '9 sources[0].credentials[0].secret',
    '10 sources[0].rules[0].email[0]',
    '13 sources[1].rules[0].campaign',
  ])
  const text = describeProblems(result.problems)
  expect(text).toContain(
    '/etc/relay/relay.yaml:3:22  campaigns[0].mode  must be one of live, sandbox',
  )
  expect(text).toContain('Nothing was changed: 9 mistakes.')
})

test('no message repeats a value: it may be a secret', async () => {
  const result = await scene.apply(`partner: acme
campaigns: [{ name: a, mode: s3cret, api_key: [s3cret], url: s3cret, per_second: s3cret, enabled: s3cret }]
sources:
  - { name: s, provider: generic-hmac, key: s3cret, settings: { hash: s3cret, tolerance: s3cret }, credentials: [{ token: s3cret, valid_until: s3cret }] }
  - { name: t, provider: kinde, credentials: [{ jwksUrl: s3cret }, { jwks: s3cret }, { secret: "s3cret \${X}" }] }
`)
  if (result.ok) throw new Error('it was applied')
  expect(result.problems.length).toBeGreaterThan(10)
  expect(JSON.stringify(result.problems)).not.toContain('s3cret')
})

test('an ingest key of another partner is refused without telling whose it is', async () => {
  const file = (partner: string) =>
    `partner: ${partner}\nsources: [{ name: s, provider: github, key: abcdefghijklmnopqrstuv }]\n`
  await scene.applied(file('first'))
  const result = await scene.apply(file('second'))
  expect(result).toMatchObject({
    ok: false,
    problems: [{ line: 2, column: 45, path: 'sources[0].key' }],
  })
  expect(JSON.stringify(result)).not.toContain('first')
})

test('a failure of the database in the last source leaves everything as it was', async () => {
  const good = `partner: acme
campaigns: [{ name: a, mode: live, api_key: ${apiKey} }]
sources:
  - { name: s, provider: github, credentials: [{ secret: x }], rules: [{ events: [x], email: [$.e], campaign: a }] }
`
  await scene.applied(good)
  const before = await scene.dump()
  await scene.rows(`create function refuse() returns trigger language plpgsql as $$ begin
    if new.name = 'last' then raise exception 'refused'; end if; return new; end $$`)
  await scene.rows(
    'create trigger refuse before insert on rules for each row execute function refuse()',
  )
  const changed = good
    .replace('mode: live', 'mode: sandbox, per_second: 3, enabled: false')
    .replace('secret: x', 'secret: y')
  const bad = `${changed}  - { name: t, provider: stripe, rules: [{ name: last, events: [x], email: [$.e], campaign: a }] }\n`
  await expect(scene.apply(bad)).rejects.toThrow()
  expect(await scene.dump()).toBe(before)
  await scene.rows('drop trigger refuse on rules')
  await scene.applied(bad)
  expect(await scene.dump()).not.toBe(before)
})

test('what is legal but odd is applied with a warning', async () => {
  const { warnings } = await scene.applied(
    `partner: odd
campaigns: [{ name: a, mode: live, api_key: no-guid, ends_at: 2025-01-01T00:00:00Z }]
sources:
  - { name: s, provider: github, credentials: [] }
  - { name: t, provider: github, credentials: [{ secret: \${S}, valid_until: 2025-01-01T00:00:00Z }] }
  - { name: u, provider: kinde, settings: { issuer: "\${ISSUER}" }, credentials: [{ publicKey: x }] }
`,
    { env: { S: 'pasted ' } },
  )
  expect(warnings.map((each) => problemText(each).replace('/etc/relay/relay.yaml:', ''))).toEqual([
    '2:45  campaigns[0].api_key  does not have the form of a GUID: MOAB may refuse it',
    '2:63  campaigns[0].ends_at  is in the past',
    '4:5  sources[0]  has no credential: no request is accepted until it has one',
    '5:58  sources[1].credentials[0].secret  begins or ends with white space: is that part of it?',
    '5:77  sources[1].credentials[0].valid_until  is in the past: this credential proves nothing',
    '6:53  sources[2].settings.issuer  is taken as it stands: only secrets may be variables',
  ])
})

test('credentials that are left alone must fit the provider', async () => {
  const file = (provider: string, credentials: string) =>
    `partner: fit\nsources: [{ name: s, provider: ${provider}${credentials} }]\n`
  await scene.applied(file('github', ', credentials: [{ secret: x }]'))
  expect(await scene.apply(file('generic-token', ''))).toMatchObject({
    ok: false,
    problems: [{ line: 2, column: 32, path: 'sources[0].provider' }],
  })
  await scene.applied(file('stripe', ''))
})
