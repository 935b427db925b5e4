// A config file into the database, whole or not at all: every mistake is told at once and nothing
// is written while there is one. Applying the same file again changes nothing.
import { writeAudit, type AuditEntry } from '../access/audit.ts'
import { countWaiting } from '../db/archive.ts'
import { announceChange } from '../db/directory.ts'
import { sqlState, type Orm } from '../db/open.ts'
import { ingestKeyOwners, lockConfiguration, parkIngestKeys, type Tx } from '../db/partners.ts'
import { limits } from '../limits.ts'
import { changing } from '../db/walls.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { Vault } from '../vault.ts'
import { isChange, type Applied, type Change } from './changes.ts'
import { readConfigFile, type PartnerEntry } from './config-file.ts'
import { readPartner } from './configuration.ts'
import type { Problem } from './config/located-yaml.ts'
import { planPartner, writeHealth } from './plan/partner.ts'
import { createPlan, type Plan } from './plan/plan.ts'
import type { Surroundings } from './config/references.ts'
import { inside, type Report } from './config/report.ts'

export { describeChanges, describeProblems } from './telling.ts'
export type { Applied, Problem }

export interface ApplyDeps {
  orm: Orm
  vault: Vault
  /** Where the configuration may send the relay. */
  outgoing: Outgoing
  /** Unix milliseconds. */
  now(): number
}

export interface ApplyOptions extends Surroundings {
  /** The only partner that it may concern; without it an operator applies it. */
  partnerId?: string
  /** Who does this, for the audit entries. */
  actor: string
  /** Says what would change and changes nothing. */
  dryRun?: boolean
}

export type ApplyResult = Applied | { ok: false; problems: Problem[] }

/** A text, or what makes it of the configuration as it is when nobody else can change it any more. */
export type ConfigText = string | ((tx: Tx) => Promise<string>)

export async function applyConfig(
  deps: ApplyDeps,
  config: ConfigText,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const read = (text: string) => readConfigFile(text, options, deps.now())
  return retried(async () => {
    // A text is read before others must wait for it.
    const given = typeof config === 'string' ? { file: await read(config) } : { make: config }
    return changeConfiguration(deps, options, async (tx) => {
      const file = 'file' in given ? given.file : await read(await given.make(tx))
      return file.ok ? makePlan(tx, file.partners, deps, file.report) : file
    })
  })
}

/** Deadlock, serialization failure, and a name that somebody else used in the same moment. */
const collisions: ReadonlySet<string | undefined> = new Set(['40P01', '40001', '23505'])
const isCollision = (error: unknown) => collisions.has(sqlState(error))

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === limits.applyTriesMax || !isCollision(error)) throw error
    }
  }
}

/** Plans under the lock of the configuration, and carries the plan out unless there is a mistake in it. */
export async function changeConfiguration(
  deps: ApplyDeps,
  options: ApplyOptions,
  planOf: (tx: Tx) => Promise<Plan | { ok: false; problems: Problem[] }>,
): Promise<ApplyResult> {
  return changing(deps.orm, options.partnerId ?? null, async (tx) => {
    await lockConfiguration(tx)
    const plan = await planOf(tx)
    if ('ok' in plan) return plan
    const problems = plan.report.problems()
    if (problems.length > 0) return { ok: false, problems }
    const dryRun = options.dryRun === true
    if (!dryRun && plan.changes.some(isChange)) await carryOut(tx, plan, options)
    const changes = dryRun ? plan.changes.map(asTried) : plan.changes
    return { ok: true, dryRun, changes, warnings: plan.report.warnings() }
  })
}

async function makePlan(
  tx: Tx,
  partners: readonly PartnerEntry[],
  { vault, outgoing }: ApplyDeps,
  report: Report,
): Promise<Plan> {
  const plan = createPlan({ vault, outgoing }, report)
  for (const entry of partners) planPartner(entry, await readPartner(tx, vault, entry.name), plan)
  await refuseTakenKeys(tx, plan)
  await warnOfWaiting(tx, plan)
  return plan
}

/** Held, not lost: but whoever archives the campaign should know. */
async function warnOfWaiting(tx: Tx, { archivedCampaigns, report }: Plan): Promise<void> {
  for (const { id, place } of archivedCampaigns) {
    const count = await countWaiting(tx, id)
    if (count > 0) report.warn(place, `holds ${count} bonuses that wait: they stay held`)
  }
}

/** Of any partner's source, unless that one gives its key up in the same file. */
async function refuseTakenKeys(tx: Tx, { keys, freed, report }: Plan): Promise<void> {
  const owners = await ingestKeyOwners(
    tx,
    keys.map(({ hash }) => hash),
  )
  for (const { sourceId, hash, entry } of keys) {
    const owner = owners.find((each) => each.hash.equals(hash))
    if (owner === undefined || owner.id === sourceId || freed.has(owner.id)) continue
    report.problem(inside(entry.place, 'key'), 'is the key of another source: take a random one')
  }
}

async function carryOut(tx: Tx, plan: Plan, { actor, file }: ApplyOptions): Promise<void> {
  await parkIngestKeys(tx, [...plan.freed])
  for (const write of plan.writes) await write(tx)
  await writeHealth(tx, plan)
  const entries = auditEntriesOf(plan, actor, file)
  for (let at = 0; at < entries.length; at += limits.auditBatchMax) {
    await writeAudit(tx, ...entries.slice(at, at + limits.auditBatchMax))
  }
  await announceChange(tx)
}

function auditEntriesOf({ changes, partnerIds }: Plan, actor: string, file: string): AuditEntry[] {
  return changes.filter(isChange).map(({ action, kind, partner, name, detail }) => ({
    partnerId: partnerIds.get(partner) ?? null,
    actor,
    action: 'config.applied',
    subject: `${kind} ${name}`,
    detail: { did: action, file, ...(detail !== undefined && { changed: detail }) },
  }))
}

/** The key of a dry run is thrown away, and so is the id of what would be made. */
function asTried({ path: _path, id, ...change }: Change): Change {
  return change.action === 'created' || id === undefined ? change : { ...change, id }
}
