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
import { frailDatabase } from '../installation-words.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { checkTls } from '../moab/tls.ts'
import { createDirectory } from '../partners/directory.ts'
import { providerName } from '../providers/index.ts'
import { saySettings } from '../partners/mistakes.ts'
import type { Command, Language } from './command.ts'
import { examineAddresses, type Finding } from './doctor-addresses.ts'
import { doctorWords, type DoctorWords } from './doctor-words.ts'

export const doctorCommand: Command = {
  usage: 'doctor',
  help: {
    en: `Changes nothing and sends nothing to MOAB: of its host only a TLS handshake is asked for.

✓ is well, ! a warning, ✗ needs somebody: what, and what to do, stands beside it.

Exit: 0 all is well (warnings included), 1 something needs attention.`,
    ru: `Ничего не меняет и ничего не отправляет в MOAB: с его сервером только устанавливает соединение TLS.

✓ — всё в порядке, ! — предупреждение, ✗ — нужно вмешаться: рядом сказано, что не так и что делать.

Код выхода: 0 — всё в порядке (возможны предупреждения), 1 — нужно вмешаться.`,
  },
  arguments: { needs: [], max: 0 },
  async run({ config, language, io }) {
    const settings = config()
    const say = doctorWords[language]
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: () => {},
    })
    try {
      const findings = [
        ...(await examineDatabase(installation, language)),
        ...(await examineReplica(installation, settings, say)),
        ...(await examineSources(installation, language)),
        ...(await examineCampaigns(installation, language)),
        ...(await examineAddresses(installation, settings, language)),
        ...(await examineAlarms(installation, language)),
        await examineRetention(installation, say),
        ...(await examineMoab(settings, language)),
        examinePublicUrl(settings, say),
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

async function examineDatabase(
  { db, walls, where }: Installation,
  language: Language,
): Promise<Finding[]> {
  const say = doctorWords[language]
  const { pending } = await survey(db.options)
  const apartMs = Math.abs(await clockDifferenceMs(db.work))
  const frail = await frailSettings(db.record)
  const version = await serverVersion(db.work)
  const isClose = apartMs < clockApartMsMax
  return [
    { what: say.database, well: true, says: `PostgreSQL ${version}, ${where[language]}` },
    {
      what: say.migrations,
      well: pending === 0,
      says: pending === 0 ? say.allApplied : say.pending(pending),
    },
    {
      what: say.durability,
      well: frail.length === 0,
      says: frail.length === 0 ? say.durable : frailDatabase(frail)[language],
    },
    { what: say.isolation, well: walls || 'warn', says: walls ? say.walls : say.noWalls },
    {
      what: say.clock,
      well: isClose ? true : 'warn',
      says: say.apart(apartMs) + (isClose ? '' : say.setClock),
    },
    { what: say.relayKey, well: true, says: say.opens },
  ]
}

const clockApartMsMax = 5000

/** Where questions are asked: it may lag, but it must follow. */
async function examineReplica(
  { db }: Installation,
  config: Config,
  say: DoctorWords,
): Promise<Finding[]> {
  if (config.databaseAuditUrl === undefined) return []
  const what = 'DATABASE_AUDIT_URL'
  try {
    const { isReplica, behindMs } = await replicaState(db.questions)
    if (!isReplica) return [{ what, well: 'warn', says: say.noReplica }]
    const well = behindMs < limits.replicaBehindMsMax ? true : ('warn' as const)
    return [{ what, well, says: say.replica(Math.round(behindMs)) }]
  } catch (error) {
    return [{ what, well: false, says: say.replicaAway(sqlState(error)) }]
  }
}

async function examineSources({ db, vault }: Installation, language: Language): Promise<Finding[]> {
  const say = doctorWords[language]
  const directory = createDirectory(db.orm, vault)
  const rows = await listSourceKeys(db.orm)
  if (rows.length === 0) return [{ what: say.sources, well: 'warn', says: say.noSources }]
  return Promise.all(
    rows.map(async ({ partner, source: name }) => {
      const what = say.source(`${partner}/${name}`)
      const source = await directory.sourceByName(partner, name)
      if (source === undefined) return { what, well: false, says: say.gone }
      if ('broken' in source)
        return { what, well: false, says: say.broken(saySettings(source.broken, language)) }
      const { credentials, rules, providerId } = source
      if (credentials.length === 0) return { what, well: false, says: say.noCredential }
      if (rules.length === 0) return { what, well: 'warn' as const, says: say.noRule }
      const holds = say.holds(credentials.length, rules.length)
      return { what, well: true, says: `${providerName(providerId, language)}, ${holds}` }
    }),
  )
}

async function examineCampaigns({ db }: Installation, language: Language): Promise<Finding[]> {
  const say = doctorWords[language]
  const unwell = await unwellCampaigns(db.work)
  if (unwell.length === 0) return [{ what: say.campaigns, well: true, says: say.healthy }]
  return unwell.map(({ partner, campaign, state, reason, waiting }) => ({
    what: say.campaign(`${partner}/${campaign}`),
    well: state === 'stopped' ? ('warn' as const) : false,
    says: `${sayHealth(state, reason, language)}; ${say.waiting(waiting)}`,
  }))
}

const sayHealth = (state: string, reason: string, language: Language) =>
  state === 'unreachable'
    ? alarmKinds.moab_unreachable.says[language]
    : sayReason('held', reason, language)

/** Nothing is removed that nobody has chosen a period for: so somebody must be told. */
async function examineRetention({ db }: Installation, say: DoctorWords): Promise<Finding> {
  const keepers = await reading(db.orm, null, keepersWithoutEnd)
  const what = say.retention
  if (keepers.length === 0) return { what, well: true, says: say.periods }
  const some = keepers.slice(0, 5).join(', ') + (keepers.length > 5 ? ' …' : '')
  return { what, well: 'warn', says: say.endless(keepers.length, some) }
}

/** Those of campaigns stand above, as they are at this moment. */
async function examineAlarms({ db }: Installation, language: Language): Promise<Finding[]> {
  const say = doctorWords[language]
  const wanted = { state: 'open' as const, limit: limits.pageRowsMax, lang: language }
  const open = await listAlarms({ orm: db.orm }, { owner: null }, wanted)
  const alarms = 'unknown' in open ? [] : open.items
  return alarms
    .filter(({ kind }) => kind !== 'campaign_holding' && kind !== 'moab_unreachable')
    .map(({ kind, partner, subject, told, opened_at: since }) => {
      const whose = partner === null ? '' : `${partner.name}/`
      return {
        what: `${titleOf(kind, language)}: ${whose}${subject.name}`,
        well: false,
        says: `${told} ${say.since(since.slice(0, 16).replace('T', ' '))}`,
      }
    })
}

const titleOf = (kind: string, language: Language) =>
  isAlarmName(kind) ? alarmKinds[kind].title[language] : kind

async function examineMoab({ moabUrl }: Config, language: Language): Promise<Finding[]> {
  const say = doctorWords[language]
  const tls = await checkTls(moabUrl, { language })
  const encrypted = new URL(moabUrl).protocol === 'https:'
  const says = `${moabUrl}: ${encrypted ? '' : `${say.unencrypted}: `}${tls.detail}`
  return [{ what: say.moab, well: encrypted ? tls.https : 'warn', says }]
}

function examinePublicUrl({ publicUrl }: Config, say: DoctorWords): Finding {
  const what = 'PUBLIC_URL'
  if (publicUrl === undefined) return { what, well: 'warn', says: say.noPublicUrl }
  if (publicUrl.startsWith('https:')) return { what, well: true, says: publicUrl }
  return { what, well: 'warn', says: `${publicUrl}: ${say.wantHttps}` }
}
