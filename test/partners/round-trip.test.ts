import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { providers, type ProviderId } from '../../src/providers/index.ts'
import { apiKey, did, openScene, type Scene } from './scene.ts'

let scene: Scene
let other: Scene
beforeAll(async () => {
  scene = await openScene()
  other = await openScene()
})
afterAll(async () => {
  await scene.close()
  await other.close()
})

const printable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() === text && !/[\p{Cc}/]/u.test(text) && text !== '')
/** Whatever a person may paste: quotes, colons, braces, line breaks, things that look like YAML. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      '~',
      'null',
      'true',
      '1e3',
      '0x10',
      '- a',
      'a: b',
      '# c',
      '*a',
      '&a',
      '!t',
      '${X}',
      '%d',
      '|',
      '>',
      '---',
      "it's",
      ' lead',
      'trail ',
      'a\nb\n\n',
      '\tx',
      'a\r\nb',
      '\u0085\u2028',
      '${A} and ${B}',
      '<<',
      '😀',
    ),
    fc
      .array(fc.string({ maxLength: 20 }), { minLength: 2, maxLength: 5 })
      .map((lines) => lines.join('\n')),
  )
  .filter((each) => !each.includes('\0') && each.isWellFormed() && each.trim() !== '')

const pem =
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\nGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n'
const jwks = {
  keys: [
    { kty: 'OKP', crv: 'Ed25519', x: 'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE', kid: 'é' },
  ],
}

const leaf = fc.oneof(
  fc.record({
    path: fc.constantFrom('$.a', "$['é'].b", '$.l[?@.id == $.p].e'),
    op: fc.constantFrom('eq', 'ne', 'contains'),
    value: fc.oneof(
      text,
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
      fc.boolean(),
    ),
  }),
  fc.record({ path: fc.constant('$.n'), op: fc.constantFrom('gt', 'lte'), value: fc.integer() }),
  fc.record({
    path: fc.constant('$.n'),
    op: fc.constantFrom('in', 'nin'),
    value: fc.array(fc.oneof(text, fc.constant(null)), { minLength: 1, maxLength: 3 }),
  }),
  fc.constant({ path: '$.x', op: 'exists' }),
)
const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('condition').map((not) => ({ not })),
  ),
}))

const optional = { requiredKeys: [] }
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString())
const secret = fc.oneof(
  text.map((each) => (/\$\{[A-Za-z_]\w*\}/.test(each) ? { text: each } : each)),
  fc.constantFrom('${SECRET}', { file: 'secret.txt' }),
)

const rule = (campaigns: string[]) =>
  fc
    .record({
      campaign: fc.constantFrom(...campaigns),
      events: fc.array(
        fc.oneof(
          fc.constantFrom('*', 'invoice.*'),
          printable.map((name) => name.replaceAll('*', 'x')),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      email: fc.array(fc.constantFrom('$.e', '$..email', "$['имя']"), {
        minLength: 1,
        maxLength: 3,
      }),
      more: fc.record(
        { when: condition, unsigned_email: fc.constant('allow'), enabled: fc.boolean() },
        optional,
      ),
    })
    .map(({ more, ...rest }) => ({ ...rest, ...more }))

const forms: { provider: ProviderId; credential: fc.Arbitrary<object> }[] = [
  { provider: 'github', credential: fc.record({ secret }) },
  {
    provider: 'generic-token',
    credential: fc.oneof(
      fc.record({ token: secret }),
      fc.record({ username: secret, password: secret }),
    ),
  },
  {
    provider: 'kinde',
    credential: fc.oneof(
      fc.record({ publicKey: fc.constantFrom(pem, '${SECRET}') }),
      fc.record({ jwks: fc.constant(jwks) }),
      fc.record({ jwksUrl: fc.constant('https://example.com/k?a=b') }),
    ),
  },
]

const source = (campaigns: string[]) =>
  fc
    .constantFrom(...forms)
    .chain(({ provider, credential }) =>
      fc.record({
        provider: fc.constant(provider),
        credentials: fc.array(
          fc.tuple(credential, fc.option(time)).map(([fields, until]) => ({
            ...fields,
            ...(until !== null && { valid_until: until }),
          })),
          { maxLength: 3 },
        ),
        rules: fc.array(rule(campaigns), { maxLength: 3 }),
        more: fc.record(
          {
            key: fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{24}$/)),
            enabled: fc.boolean(),
            settings: fc.constant({ url: 'https://relay.example.com/in/x', tolerance: 60 }),
          },
          optional,
        ),
      }),
    )
    .map(({ more, ...rest }) => ({ ...rest, ...more }))

const campaign = fc
  .record({
    mode: fc.constantFrom('live', 'sandbox'),
    more: fc.record(
      {
        url: fc.constant('https://moab.example/api?a=1&b=2'),
        starts_at: time,
        per_second: fc.double({ min: 0.001, max: 1000, noNaN: true }),
        enabled: fc.boolean(),
      },
      optional,
    ),
    api_key: fc.oneof(fc.constantFrom(apiKey, '${SECRET}'), secret),
  })
  .map(({ more, ...rest }) => ({ ...rest, ...more }))

const partner = fc
  .record({ partner: printable, names: fc.uniqueArray(printable, { minLength: 1, maxLength: 3 }) })
  .chain(({ partner: name, names }) =>
    fc.record({
      partner: fc.constant(name),
      campaigns: fc.tuple(
        ...names.map((each) => campaign.map((rest) => ({ name: each, ...rest }))),
      ),
      sources: fc.tuple(
        ...names.map((each) => source(names).map((rest) => ({ name: each, ...rest }))),
      ),
    }),
  )

const surroundings = {
  env: { SECRET: 'from the\nenvironment' },
  files: { '/etc/relay/secret.txt': 'from a file\n' },
}

test('applying what export prints changes nothing, and a backup makes the same anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(partner, { minLength: 1, maxLength: 2, selector: (p) => p.partner }),
      fc.boolean(),
      async (partners, asJson) => {
        await scene.empty()
        await other.empty()
        const documents = partners.map((each) =>
          asJson ? `${JSON.stringify(each)}\n` : stringify(each, { aliasDuplicateObjects: false }),
        )
        const keys = partners.flatMap((each) => each.sources.map((s) => s.key))
        fc.pre(
          new Set(keys.filter((k) => k !== undefined)).size ===
            keys.filter((k) => k !== undefined).length,
        )
        await scene.applied(documents.join('---\n'), surroundings)
        const version = await scene.version()

        for (const secrets of [false, true]) {
          const printed = await scene.print({ secrets })
          const { changes } = await scene.applied(printed, surroundings)
          expect(did(changes)).toEqual([])
          expect(await scene.print({ secrets })).toBe(printed)
        }
        expect(await scene.version()).toBe(version)

        const backup = await scene.print({ secrets: true })
        await other.applied(backup)
        expect(await other.print({ secrets: true })).toBe(backup)
      },
    ),
    { numRuns: 60, endOnFailure: false },
  )
}, 120_000)

test('without secrets the output holds none, but says where each came from', async () => {
  await scene.empty()
  await scene.applied(
    `partner: acme
campaigns: [{ name: c, mode: live, api_key: hidden-1 }, { name: d, mode: live, api_key: \${SECRET} }]
sources:
  - { name: s, provider: generic-token, key: hidden-hidden-hidden, credentials: [{ token: hidden-2 }, { username: anna, password: hidden-3 }, { token: { file: secret.txt } }] }
`,
    surroundings,
  )
  const printed = await scene.print()
  expect(printed).not.toContain('hidden')
  expect(printed).toBe(`partner: acme
campaigns:
  - name: c
    mode: live
    api_key:
      stored: true
  - name: d
    mode: live
    api_key: \${SECRET}
sources:
  - name: s
    provider: generic-token
    credentials:
      - name: "1"
        token:
          stored: "1"
      - name: "2"
        username: anna
        password:
          stored: "2"
      - name: "3"
        token:
          file: secret.txt
    rules: []
`)
})

test('what is printed stands in the order of the grammar, whatever order it was written in', async () => {
  await scene.empty()
  await scene.applied(
    'sources: [{ rules: [{ campaign: c, unsigned_email: allow, when: { any: [{ value: [1], op: in, path: $.a }, { not: { op: exists, path: $.b } }] }, email: [$.e], events: [x], name: r }], settings: { url: https://a.example/, tolerance: 60 }, provider: github, name: s }]\n' +
      'campaigns: [{ per_second: 0.5, ends_at: 2027-01-01T00:00:00+03:00, mode: sandbox, name: c, url: https://m.example/ }]\npartner: acme\n',
  )
  expect(await scene.print()).toBe(`partner: acme
campaigns:
  - name: c
    mode: sandbox
    url: https://m.example/
    ends_at: 2026-12-31T21:00:00Z
    per_second: 0.5
sources:
  - name: s
    provider: github
    settings:
      tolerance: "60"
      url: https://a.example/
    credentials: []
    rules:
      - name: r
        events:
          - x
        when:
          any:
            - path: $.a
              op: in
              value:
                - 1
            - not:
                path: $.b
                op: exists
        email:
          - $.e
        campaign: c
        unsigned_email: allow
`)
})

test('one partner is printed alone; one that is not there is a mistake', async () => {
  await scene.empty()
  await scene.applied('partner: alpha\n---\npartner: gamma\n')
  expect(await scene.print({ partner: 'gamma' })).toBe(
    'partner: gamma\ncampaigns: []\nsources: []\n',
  )
  await expect(scene.print({ partner: 'gamam' })).rejects.toThrow('did you mean "gamma"?')
})

test('every provider can be set up by a file', async () => {
  await scene.empty()
  const values: Record<string, unknown> = {
    secret: 'whsec_AAAA',
    token: 't',
    username: 'u',
    password: 'p',
    publicKey: pem,
    certificate: pem,
    rootCertificate: pem,
    jwks,
    jwksUrl: 'https://example.com/k',
  }
  for (const [id, { credentials, settings = {} }] of Object.entries(providers)) {
    const required = Object.entries(settings).filter(
      ([, setting]) => setting.required && setting.default === undefined,
    )
    const file = {
      partner: id,
      sources: [
        {
          name: 's',
          provider: id,
          settings: Object.fromEntries(
            required.map(([name, { form }]) => [
              name,
              form === 'url' ? 'https://example.com/x' : form === 'email' ? 'x@example.com' : 'x',
            ]),
          ),
          credentials: credentials.map((form) =>
            Object.fromEntries(form.map((field) => [field, values[field]])),
          ),
        },
      ],
    }
    await scene.applied(JSON.stringify(file))
  }
  expect(await scene.rows('select count(*)::int as n from sources')).toEqual([
    { n: Object.keys(providers).length },
  ])
})
