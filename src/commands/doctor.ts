// `doctor`: looks at everything that usually goes wrong and says what to do about it.
import { survey } from '../db/migrate.ts'
import { sqlState } from '../db/open.ts'
import {
  clockDifferenceMs,
  frailSettings,
  replicaState,
  serverVersion,
  unwellCampaigns,
} from '../db/upkeep.ts'
import { listSourceKeys } from '../db/names.ts'
import { reading } from '../db/ledger/reading.ts'
import { keepersWithoutEnd } from '../db/privacy/periods.ts'
import type { Config } from '../config.ts'
import { alarmKinds, isAlarmName } from '../alarms/kinds.ts'
import { listAlarms } from '../ledger/alarms.ts'
import { sayReason } from '../ledger/words.ts'
import { limits } from '../limits.ts'
import { frailDatabase, openInstallation, type Installation } from '../installation.ts'
import { checkTls } from '../moab/tls.ts'
import { createDirectory } from '../partners/directory.ts'
import type { Command } from './command.ts'
import { counted } from './numbers.ts'
import { examineAddresses, type Finding } from './doctor-addresses.ts'

export const doctorCommand: Command = {
  usage: 'doctor',
  help: `Changes nothing and sends nothing to MOAB: of its host only a TLS handshake is asked for.

✓ is well, ! a warning, ✗ needs somebody: what, and what to do, stands beside it.

Exit: 0 all is well (warnings included), 1 something needs attention.`,
  arguments: { needs: [], max: 0 },
  async run({ config, io }) {
    const settings = config()
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: () => {},
    })
    try {
      const findings = [
        ...(await examineDatabase(installation)),
        ...(await examineReplica(installation, settings)),
        ...(await examineSources(installation)),
        ...(await examineCampaigns(installation)),
        ...(await examineAddresses(installation, settings)),
        ...(await examineAlarms(installation)),
        await examineRetention(installation),
        ...(await examineMoab(settings)),
        examinePublicUrl(settings),
      ]
      const width = Math.max(...findings.map(({ what }) => what.length))
      for (const { what, well, says } of findings) {
        io.out(`${well === 'warn' ? '!' : well ? '✓' : '✗'} ${what.padEnd(width)}  ${says}`)
      }
      return findings.every(({ well }) => well !== false) ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

async function examineDatabase({ db, walls, where }: Installation): Promise<Finding[]> {
  const { pending } = await survey(db.options)
  const apartMs = await clockDifferenceMs(db.work)
  const frail = await frailSettings(db.record)
  return [
    { what: 'database', well: true, says: `PostgreSQL ${await serverVersion(db.work)}, ${where}` },
    {
      what: 'migrations',
      well: pending === 0,
      says: pending === 0 ? 'all applied' : `${pending} not applied yet: run \`migrate\``,
    },
    {
      what: 'durability',
      well: frail.length === 0,
      says: frail.length === 0 ? 'a commit survives a crash' : frailDatabase(frail),
    },
    {
      what: 'isolation',
      well: walls || 'warn',
      says: walls
        ? 'partners are kept apart by the database, too'
        : 'the roles of the second wall are missing: see docs/isolation.md',
    },
    {
      what: 'clock',
      well: Math.abs(apartMs) < 5000 ? true : 'warn',
      says: `${Math.abs(apartMs)} ms from the database's${Math.abs(apartMs) < 5000 ? '' : ': signed times are judged by this machine, set its clock'}`,
    },
    { what: 'relay key', well: true, says: 'opens what is stored' },
  ]
}

/** Where questions are asked: it may lag, but it must follow. */
async function examineReplica({ db }: Installation, config: Config): Promise<Finding[]> {
  if (config.databaseAuditUrl === undefined) return []
  const what = 'DATABASE_AUDIT_URL'
  try {
    const { isReplica, behindMs } = await replicaState(db.questions)
    if (!isReplica)
      return [{ what, well: 'warn', says: 'is no replica: questions find what was copied there' }]
    const well = behindMs < limits.replicaBehindMsMax ? true : ('warn' as const)
    return [{ what, well, says: `a replica, ${Math.round(behindMs)} ms behind` }]
  } catch (error) {
    const state = sqlState(error) ?? 'no answer'
    return [{ what, well: false, says: `does not answer (${state}): no question can be asked` }]
  }
}

async function examineSources({ db, vault }: Installation): Promise<Finding[]> {
  const directory = createDirectory(db.orm, vault)
  const rows = await listSourceKeys(db.orm)
  if (rows.length === 0)
    return [
      {
        what: 'sources',
        well: 'warn',
        says: 'none yet: write a relay.yaml and `apply` it, see README',
      },
    ]
  return Promise.all(
    rows.map(async ({ partner, source: name }) => {
      const what = `source ${partner}/${name}`
      const source = await directory.sourceByName(partner, name)
      if (source === undefined) return { what, well: false, says: 'is gone' }
      if ('broken' in source) return { what, well: false, says: `cannot be used: ${source.broken}` }
      if (source.credentials.length === 0)
        return { what, well: false, says: 'has no valid credential: its requests get 503' }
      if (source.rules.length === 0)
        return {
          what,
          well: 'warn' as const,
          says: 'has no rule: events are recorded, nobody gets a bonus',
        }
      return {
        what,
        well: true,
        says: `${source.provider.name}, ${counted(source.credentials.length, 'credential')}, ${counted(source.rules.length, 'rule')}`,
      }
    }),
  )
}

async function examineCampaigns({ db }: Installation): Promise<Finding[]> {
  const unwell = await unwellCampaigns(db.work)
  if (unwell.length === 0) return [{ what: 'campaigns', well: true, says: 'all healthy' }]
  return unwell.map(({ partner, campaign, state, reason, waiting }) => ({
    what: `campaign ${partner}/${campaign}`,
    well: state === 'stopped' ? ('warn' as const) : false,
    says: `${sayHealth(state, reason)}; ${counted(waiting, 'bonus', 'bonuses')} waiting`,
  }))
}

const sayHealth = (state: string, reason: string) =>
  state === 'unreachable' ? alarmKinds.moab_unreachable.says.en : sayReason('held', reason, 'en')

/** Nothing is removed that nobody has chosen a period for: so somebody must be told. */
async function examineRetention({ db }: Installation): Promise<Finding> {
  const keepers = await reading(db.orm, null, keepersWithoutEnd)
  const what = 'retention'
  if (keepers.length === 0) return { what, well: true, says: 'every partner has its periods' }
  const some = keepers.slice(0, 5).join(', ') + (keepers.length > 5 ? ' …' : '')
  const whose = keepers.length === 1 ? '1 partner keeps' : `${keepers.length} partners keep`
  const says = `${whose} personal data without end (${some}): choose with \`retention\``
  return { what, well: 'warn', says }
}

/** Those of campaigns stand above, as they are at this moment. */
async function examineAlarms({ db }: Installation): Promise<Finding[]> {
  const wanted = { state: 'open' as const, limit: limits.pageRowsMax, lang: 'en' as const }
  const open = await listAlarms({ orm: db.orm }, { owner: null }, wanted)
  const alarms = 'unknown' in open ? [] : open.items
  return alarms
    .filter(({ kind }) => kind !== 'campaign_holding' && kind !== 'moab_unreachable')
    .map(({ kind, partner, subject, told, opened_at: since }) => ({
      what: `${titleOf(kind)}: ${partner === null ? '' : `${partner.name}/`}${subject.name}`,
      well: false,
      says: `${told} (since ${since.slice(0, 16).replace('T', ' ')} UTC)`,
    }))
}

const titleOf = (kind: string) => (isAlarmName(kind) ? alarmKinds[kind].title.en : kind)

async function examineMoab({ moabUrl }: Config): Promise<Finding[]> {
  const tls = await checkTls(moabUrl)
  const encrypted = new URL(moabUrl).protocol === 'https:'
  const says = encrypted
    ? `${moabUrl}: ${tls.detail}`
    : `${moabUrl}: key and email travel unencrypted; https on the same host: ${tls.detail}`
  return [{ what: 'MOAB', well: encrypted ? tls.https : 'warn', says }]
}

function examinePublicUrl({ publicUrl }: Config): Finding {
  if (publicUrl === undefined)
    return {
      what: 'PUBLIC_URL',
      well: 'warn',
      says: 'not set: webhook URLs are shown with the local address',
    }
  const https = publicUrl.startsWith('https:')
  return {
    what: 'PUBLIC_URL',
    well: https ? true : 'warn',
    says: https ? publicUrl : `${publicUrl}: providers want https`,
  }
}
