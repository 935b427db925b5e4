// Every operation of the document, called by a generated client at a relay over HTTP: it answers what the
// document says, and nothing that the document does not know.
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allScopes } from '../../src/access/scopes.ts'
import { uuidv7 } from '../../src/ids.ts'
import { makeMember, makeUser } from '../access/people.ts'
import { until } from '../support/sending.ts'
import { generateClient, type Operation } from './client.ts'
import { createChecker, Documented } from './document.ts'
import { ask, idOf, items, sendEvent, startNodes, told, type Nodes } from './nodes.ts'

let nodes: Nodes
let token: string
let document: Documented
let client: ReadonlyMap<string, Operation>
/** What the client was answered last. */
let last: Response | undefined

beforeAll(async () => {
  nodes = await startNodes()
  token = await nodes.token()
  const text = await (await fetch(`${nodes.a.url}/api/v1/openapi.json`)).text()
  document = Documented.parse(JSON.parse(text))
  client = await generateClient(text)
}, 120_000)
afterAll(() => nodes.close())

const options = (by = token) => ({
  baseUrl: nodes.a.url,
  headers: { authorization: `Bearer ${by}` },
  fetch: async (...args: Parameters<typeof fetch>) => {
    const answer = await fetch(...args)
    last = answer.clone()
    return answer
  },
})

/** Something of every kind. */
async function furnish() {
  const list = async (path: string) => items(await ask(nodes.a, token, path))
  const first = async (path: string) => String((await list(path))[0]?.['id'])
  const post = (path: string, body: object) => ask(nodes.a, token, path, { method: 'POST', body })
  await post('/sources', {
    name: 'mail',
    provider: 'signed-link',
    settings: { landing_url: 'https://shop.example.com/' },
    credentials: [{ secret: 'a'.repeat(40) }],
  })
  await nodes.a.apply('partner: acme\n')
  await until(async () => (await sendEvent(nodes.a, 'whsec_first', 'evt_1')) === 200)
  await sendEvent(nodes.a, 'whsec_wrong', 'evt_2')
  await until(async () => (await list('/rejections')).length > 0)
  await until(async () => (await list('/grants?state=granted')).length > 0)
  await nodes.db.orm.execute(sql`
    insert into alarms (id, partner_id, kind, subject, cause, detail)
    select ${uuidv7()}, partner_id, 'source_silent', id::text, 'silent', '{"seconds": 9, "usual_seconds": 1}'
    from sources limit 1`)
  await makeMember(nodes.a.db, nodes.partnerId, 'owner')
  await makeMember(nodes.a.db, nodes.partnerId, 'viewer', 'forgetful@example.com')
  await makeUser(nodes.a.db, 'first.operator@example.com', true)
  const member = await makeMember(nodes.a.db, nodes.partnerId, 'viewer')
  const invited = await told(await post('/invitations', { email: 'x@example.com', role: 'viewer' }))
  const spare = await told(await post('/tokens', { name: 'spare', scopes: ['events:read'] }))
  const campaign = await idOf(await post('/campaigns', { name: 'c', mode: 'sandbox' }), 'campaign')
  const source = await idOf(await post('/sources', { name: 's', provider: 'stripe' }), 'source')
  const ofIt = { source: 's', secret: 'whsec_s' }
  const credential = await idOf(await post('/credentials', ofIt), 'credential')
  const hook = { name: 'told', kind: 'slack', settings: { url: 'https://localhost/hook' } }
  const channel = String((await told(await post('/notice-channels', hook)))['id'])
  const [held, again] = await Promise.all([needsHelp('evt_3'), needsHelp('evt_4')])
  const event = await first('/events')
  const plan = await told(await post('/plans', { kind: 'replay', source: 'shop' }))
  const ruled = { source: 's', name: 'r', events: ['*'], email: ['$.e'], campaign: 'spring' }
  return {
    event,
    held,
    retry: String((await told(await post('/retries', { grant: again })))['id']),
    replay: String((await told(await post('/replays', { event })))['id']),
    plan: String(plan['id']),
    fingerprint: String(plan['fingerprint']),
    job: await runningJob(),
    grant: await first('/grants?state=granted'),
    rejection: await first('/rejections'),
    member: member.id,
    operator: await makeUser(nodes.a.db, 'second.operator@example.com', true),
    invitation: String(invited['id']),
    token: String(spare['id']),
    campaign,
    source,
    credential,
    channel,
    erasure: await erased(),
    rule: await idOf(await post('/rules', ruled), 'rule'),
  }
}

/** Of somebody whom nobody knows, with its record signed. */
async function erased(): Promise<string> {
  const body = { email: 'erased@example.com' }
  const [begun] = await items(await ask(nodes.a, token, '/erasures', { method: 'POST', body }))
  const id = String(begun?.['id'])
  await until(
    async () => (await told(await ask(nodes.a, token, `/erasures/${id}`)))['phase'] === 'done',
    20_000,
  )
  return id
}

/** A bonus that MOAB never answered for. */
async function needsHelp(id: string): Promise<string> {
  await sendEvent(nodes.a, 'whsec_first', id)
  const email = `${id}@example.com`
  const settled = () => nodes.db.work<{ id: string }[]>`
    update grants set state = 'attention', reason = 'no_answer', settled_at = null
    where email = ${email} and state in ('granted', 'already_known') returning id`
  return until(async () => (await settled())[0]?.id)
}

/** One that a relay has just taken up. */
async function runningJob(): Promise<string> {
  const id = uuidv7()
  await nodes.db.work`
    insert into jobs (partner_id, id, kind, state, wanted, found, fingerprint, planned_by, expires_at,
      confirmed_by, confirmed_at, items, lease_until, lease_owner)
    values (${nodes.partnerId}, ${id}, 'retry', 'running', '{}', '{"counts": {}, "examples": []}', 'f', 'test', now(),
      'test', now(), 1, now() + interval '1 hour', ${id})`
  return id
}

type Ids = Awaited<ReturnType<typeof furnish>>

/** In an order in which each finds what it needs. */
const calls: Readonly<Record<string, (ids: Ids) => readonly unknown[]>> = {
  getEvents: () => [{ limit: 10, $type: 'invoice.paid', $from: '2020-01-01T00:00:00Z' }],
  getEventsById: ({ event }) => [event, { lang: 'ru' }],
  getEventsByIdBody: ({ event }) => [event],
  getGrants: () => [{ state: 'granted', reveal: 'true' }],
  getGrantsById: ({ grant }) => [grant],
  getGrantsByIdReceipt: ({ grant }) => [grant],
  getAttempts: ({ grant }) => [{ grant, answer: 'ok' }],
  // This generator's client takes every type with "json" in its name for one JSON text.
  getExportsEvents: () => [{ reason: 'matched', format: 'csv' }],
  getExportsGrants: () => [{ state: 'granted', reveal: 'true', format: 'csv' }],
  getExportsAttempts: () => [{ format: 'csv' }],
  getExportsRejections: () => [{ format: 'csv' }],
  getExportsAuditEntries: () => [{ format: 'csv', bom: 'false' }],
  getStats: () => [{ $of: 'grants', step: 'day', by: 'campaign' }],
  getPeopleByEmail: () => ['evt_1@example.com'],
  postPeopleNamed: () => [{ email: 'evt_1@example.com' }, { lang: 'ru' }],
  postPeopleExport: () => [{ email: 'evt_1@example.com' }],
  postPeopleAffected: () => [{ source: 'shop', format: 'csv' }],
  postErasures: () => [{ email: 'nobody@example.com' }],
  getErasures: () => [],
  getErasuresById: ({ erasure }) => [erasure],
  getErasuresByIdRecord: ({ erasure }) => [erasure],
  getRejections: () => [],
  getRejectionsById: ({ rejection }) => [rejection],
  getRejectionsByIdBody: ({ rejection }) => [rejection],
  postLinks: () => [{ source: 'mail', emails: ['a@example.com'] }, { idempotencyKey: '"l"' }],
  getAlarms: () => [],
  getMembers: () => [],
  getMembersById: ({ member }) => [member],
  patchMembersById: ({ member }) => [member, { role: 'editor' }, { ifMatch: '*' }],
  deleteMembersById: ({ member }) => [member],
  getInvitations: () => [],
  postInvitations: () => [{ email: 'y@example.com', role: 'owner' }],
  deleteInvitationsById: ({ invitation }) => [invitation],
  getOperators: () => [],
  deleteOperatorsById: ({ operator }) => [operator],
  postPasswordResets: () => [{ email: 'forgetful@example.com', codes: true }],
  getTokens: () => [],
  postTokens: () => [{ name: 'another', scopes: ['events:read'], days: 3 }],
  deleteTokensById: ({ token: id }) => [id],
  getAuditEntries: () => [{ limit: 200 }],
  getPartners: () => [],
  postPartners: () => [{ name: 'made by a program' }],
  getPartnersByIdConfig: () => [nodes.partnerId],
  putPartnersByIdConfig: () => [nodes.partnerId, { campaigns: [] }, { dryRun: 'true' }],
  getPartnersByIdRetention: () => [nodes.partnerId],
  patchPartnersByIdRetention: () => [nodes.partnerId, { bodies: 90, audit: null }],
  getCampaigns: () => [],
  postCampaigns: () => [{ name: 'd', mode: 'sandbox', per_second: 3 }],
  getCampaignsById: ({ campaign }) => [campaign],
  patchCampaignsById: ({ campaign }) => [campaign, { enabled: false }],
  deleteCampaignsById: ({ campaign }) => [campaign],
  postCampaignsByIdRestore: ({ campaign }) => [campaign],
  getSources: () => [],
  postSources: () => [{ name: 't', provider: 'github' }],
  getSourcesById: ({ source }) => [source],
  getSourcesByIdUrl: ({ source }) => [source],
  patchSourcesById: ({ source }) => [source, { settings: {} }],
  getCredentials: () => [{ source: 's' }],
  postCredentials: () => [{ source: 's', name: 'more', secret: 'whsec_more' }],
  getCredentialsById: ({ credential }) => [credential],
  patchCredentialsById: ({ credential }) => [credential, { valid_until: null }],
  postCredentialsByIdRotations: ({ credential }) => [
    credential,
    { secret: 'whsec_rotated', overlap: '1h' },
  ],
  deleteCredentialsById: ({ credential }) => [credential],
  getRules: () => [],
  postRules: () => [{ source: 's', events: ['x'], email: ['$.e'], campaign: 'spring' }],
  getRulesById: ({ rule }) => [rule],
  patchRulesById: ({ rule }) => [rule, { position: 0, enabled: false }],
  deleteRulesById: ({ rule }) => [rule],
  postRulesByIdRestore: ({ rule }) => [rule],
  postRetries: ({ held }) => [{ grant: held }],
  getRetries: () => [],
  getRetriesById: ({ retry }) => [retry],
  postReplays: ({ event }) => [{ event }],
  getReplays: ({ event }) => [{ event }],
  getReplaysById: ({ replay }) => [replay],
  postDryRuns: () => [{ source: 'shop', rule: 'paid' }],
  postPlans: () => [{ kind: 'replay', source: 'shop' }],
  getPlans: () => [],
  getPlansById: ({ plan }) => [plan],
  postImports: () => ['spring', 'email\na@example.com\n'],
  postPlansByIdConfirm: ({ plan, fingerprint }) => [plan, { fingerprint }],
  getJobs: () => [],
  getJobsById: ({ plan }) => [plan],
  getJobsByIdItems: ({ plan }) => [plan],
  postJobsByIdCancel: ({ job }) => [job],
  getNoticeChannels: () => [],
  postNoticeChannels: () => [
    { name: 'more', kind: 'webhook', settings: { url: 'https://localhost/hook' } },
  ],
  patchNoticeChannelsById: ({ channel }) => [channel, { enabled: false }],
  postNoticeChannelsByIdTests: ({ channel }) => [channel],
  getNotices: () => [],
  deleteNoticeChannelsById: ({ channel }) => [channel],
  deleteSourcesById: ({ source }) => [source],
  postSourcesByIdRestore: ({ source }) => [source],
}

/** What only a token of the installation may do. */
const ofOperators: ReadonlySet<string> = new Set(['postPartners', 'deleteOperatorsById'])

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )

/** As the generator orders them: what is required, the body, what is optional, how it is sent. */
function argumentsOf(operationId: string, given: readonly unknown[], by: string) {
  const { parameters = [], requestBody } =
    operations().find((one) => one.operationId === operationId) ?? {}
  const required = parameters.filter((one) => one.required).length
  const first = required + (requestBody === undefined ? 0 : 1)
  const optional = parameters.length > required ? [given[first] ?? {}] : []
  return [...given.slice(0, first), ...optional, options(by)]
}

test('the generated client has every operation, and every one is called here', () => {
  const names = operations().map(({ operationId }) => operationId)
  expect([...client.keys()].toSorted()).toEqual(names.toSorted())
  expect(Object.keys(calls).toSorted()).toEqual(names.toSorted())
})

test('every operation answers as documented', { timeout: 120_000 }, async () => {
  const ids = await furnish()
  const checker = createChecker(document)
  const wide = await nodes.token(allScopes, null)
  const found: string[] = []
  const call = async (operationId: string, by: string, given: readonly unknown[]) => {
    await client.get(operationId)?.(...argumentsOf(operationId, given, by))
    const { path = '', method = '' } =
      operations().find((one) => one.operationId === operationId) ?? {}
    const answer = last ?? Response.error()
    const expected = by === 'nonsense' ? answer.status === 401 : answer.ok
    const faults = await checker.faults(method, path, answer.clone())
    found.push(...faults.map((fault) => `${operationId}: ${fault}`))
    if (!expected) found.push(`${operationId}: ${answer.status} ${await answer.text()}`)
  }
  for (const [operationId, argsOf] of Object.entries(calls)) {
    await call(operationId, 'nonsense', argsOf(ids))
    await call(operationId, ofOperators.has(operationId) ? wide : token, argsOf(ids))
  }
  expect(found).toEqual([])
})

test('mistakes are answered as documented, too', { timeout: 60_000 }, async () => {
  const checker = createChecker(document)
  const found: string[] = []
  for (const { path, method } of operations()) {
    if (method === 'put') continue
    const unknown = path.replace('{email}', 'nobody').replace('{id}', uuidv7())
    const body = method === 'get' || method === 'delete' ? {} : { body: { nonsense: 1 } }
    for (const [at, headers] of [
      [unknown, {}],
      [`${unknown}?nonsense=1`, {}],
      [unknown, { 'idempotency-key': '"' }],
      [path.replace('{email}', 'nobody').replace('{id}', '1'), {}],
    ] as const) {
      const asked = { method: method.toUpperCase(), headers, ...body }
      const answer = await ask(nodes.a, token, at.replace('/api/v1', ''), asked)
      const faults = await checker.faults(method, path, answer)
      found.push(...faults.map((fault) => `${method} ${at}: ${fault}`))
    }
  }
  expect(found).toEqual([])
})
