// Planted bugs: each breaks one promise in a copy of the built relay, and the checker must see it. A
// patch whose text is not there exactly once fails loudly: the code has moved on, and so must it. The
// build writes double quotes, and numbers its own way.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Patch {
  /** In src; looked for where the build holds what was made of it. */
  file: string
  find: string
  replace: string
}

export interface Bug {
  patches: readonly Patch[]
  /** Kinds of faults without which it does not show. */
  favoured: readonly string[]
}

const settledAsGranted = `await this.#settle({
  partnerId: grant.partnerId, campaignId: grant.campaignId, grantId: grant.id, attempt: grant.attempt, ms: 0,
  answer: { class: 'ok', code: null, failure: null, ambiguous: false, httpStatus: 200, snippet: null },
  decision: { state: 'granted', reason: null, delayMs: null, retries: 0, ambiguous: false, health: { kind: 'healthy' } },
});`
const call = 'const { answer, ms } = await this.#call(grant, to);'
const keyBegins = 'const proven = (path) => trust === "unsigned"'
const keyFrom = (header: string) => `const given = request.headers.get('${header}')?.[0];
    if (given !== undefined) return given;
    ${keyBegins}`

export const bugs: Record<string, Bug> = {
  'answer before the commit': one(
    'inbound/receive.ts',
    'const recorded = await keep(deps, source, {',
    'const recorded = []; void keep(deps, source, {',
    ['relay killed', 'all relays killed', 'database cut', 'sessions terminated'],
  ),
  'granted before the call': one('grants/worker.ts', call, settledAsGranted + call, [
    'relay killed',
    'moab drop',
  ]),
  'expired leases stay': one(
    'db/claim.ts',
    "where state = 'sending' and lease_until < now()",
    "where state = 'sending' and false and lease_until < now()",
    ['relay killed', 'all relays killed'],
  ),
  'a lost answer is taken for granted': one(
    'grants/outcome.ts',
    'no_answer: { do: "retry", giveUp: "no_answer", failure: true }',
    "no_answer: { do: 'finish', outcome: 'ok' }",
    ['moab drop', 'moab status-500'],
  ),
  'a lease shorter than a call': {
    patches: [
      { file: 'limits.ts', find: 'leaseMs: 6e4', replace: 'leaseMs: 500' },
      {
        file: 'grants/worker.ts',
        find: 'waiting.leaseEnds - performance.now() < limits.moabDeadlineMs + leaseMarginMs',
        replace: 'false',
      },
    ],
    favoured: ['moab slow'],
  },
  'a late result is not fenced': one(
    'db/settle.ts',
    "g.state || '' = 'sending' and g.attempt = r.attempt and g.lease_owner = $16::uuid",
    '$16::uuid is not null',
    ['relay frozen past its leases'],
  ),
  'the event key from an unsigned header': one(
    'inbound/read.ts',
    keyBegins,
    keyFrom('x-event-id'),
    [],
  ),
  'the event key from the delivery': one('inbound/read.ts', keyBegins, keyFrom('x-request-id'), [
    'sender both-nodes',
    'sender repeat-after-success',
  ]),
  'code 10 is a failure': one(
    'grants/outcome.ts',
    'known: { do: "finish", outcome: "known" }',
    "known: { do: 'retry', giveUp: 'moab_error', failure: true }",
    ['moab lost'],
  ),
  'code 10 confirms nothing': one(
    'grants/outcome.ts',
    'effect.outcome === "known" && before.ambiguous',
    'effect.outcome === "known" && false',
    ['moab lost', 'moab half'],
  ),
  'sent again after a refusal': one(
    'grants/outcome.ts',
    'wrong_email: { do: "finish", outcome: "refuse" }',
    "wrong_email: { do: 'retry', giveUp: 'moab_error', failure: false }",
    [],
  ),
  // Also without a power cut: what the server had not written dies with all its processes.
  // The relay would refuse to start with it.
  'a commit that waits for no disk': {
    patches: [
      {
        file: 'db/connect.ts',
        find: 'enable_seqscan: "off",',
        replace: 'enable_seqscan: "off", synchronous_commit: "off",',
      },
      {
        file: 'installation.ts',
        find: 'if (options.owner) await refuseFrail(db);',
        replace: 'undefined',
      },
    ],
    favoured: ['database crashed'],
  },
  // Both walls: behind the second one nobody would see that the first is gone.
  'a question without its partner': {
    patches: [
      {
        file: 'db/ledger/search.ts',
        find: 'runs && sql`${runs.of} = ${onlyKey(runs) ?? sql`run.key`}`',
        replace: 'undefined',
      },
      {
        file: 'db/ledger/search.ts',
        find: 'owner === null ? void 0 : eq(partnerId, owner)',
        replace: 'void 0',
      },
      {
        file: 'db/ledger/reading.ts',
        find: 'await tx.execute(sql`select ${patience}, ${entering(owner === null ? "audit" : "app", owner)}`)',
        replace: 'await tx.execute(sql`select ${patience}, ${entering("audit", null)}`)',
      },
    ],
    favoured: ['events asked for'],
  },
  'a copy in one batch undoes the first': one(
    'db/record.ts',
    'seen.copies++',
    'first.delete(request.sourceId + event.key)',
    ['sender twice-at-once', 'database slow'],
  ),
  'copies in one batch are not counted': one('db/record.ts', 'seen.copies++', 'seen.copies += 0', [
    'sender twice-at-once',
    'database slow',
  ]),
  'the bytes of a neighbour': one('db/record.ts', 'from r.body_at + 1 for', 'from 1 for', []),
  'a rule that is switched off counts': one('db/directory.ts', ', eq(rules.enabled, true)', '', []),
  'a stopped campaign sends': {
    patches: [
      {
        file: 'db/birth.ts',
        find: "when h.state in ('holding', 'stopped') or line.there then 'held'",
        replace: '',
      },
      {
        file: 'db/birth.ts',
        find: "w.claim and h.state = 'healthy' and c.per_second is null",
        replace: 'w.claim',
      },
    ],
    favoured: [],
  },
  'doubt is answered 400': one(
    'inbound/receive.ts',
    'return { status: 503, body: "", outcome };',
    'return { status: 400, body: "", outcome };',
    ['database cut', 'sessions terminated'],
  ),
}

function one(file: string, find: string, replace: string, favoured: readonly string[]): Bug {
  return { patches: [{ file, find, replace }], favoured }
}

export function plant({ patches }: Bug, dist: string): void {
  for (const { file, find, replace } of patches) {
    const { path, before, text, after } = builtOf(file, dist)
    const parts = text.split(spread(find))
    if (parts.length !== 2) throw new Error(`not there exactly once in ${file}: ${find}`)
    writeFileSync(path, before + parts.join(replace) + after)
  }
}

/** The build writes on several lines what stands here on one. */
function spread(find: string): RegExp {
  const words = find.split(/\s+/).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(words.join('\\s+'))
}

/** The build writes the name of each source file above what it made of it. */
function builtOf(file: string, dist: string) {
  const name = `\n// src/${file}\n`
  for (const chunk of readdirSync(dist).filter((entry) => entry.endsWith('.js'))) {
    const path = join(dist, chunk)
    const whole = readFileSync(path, 'utf8')
    const start = whole.indexOf(name)
    if (start === -1) continue
    const rest = whole.slice(start + name.length)
    const length = rest.search(/^\/\/ \S+\.[cm]?[jt]sx?$/m)
    const text = length === -1 ? rest : rest.slice(0, length)
    const before = whole.slice(0, start + name.length)
    return { path, before, text, after: rest.slice(text.length) }
  }
  throw new Error(`the build holds nothing of src/${file}`)
}
