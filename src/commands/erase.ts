// `erase`: a person goes from every table. Done here, whether or not a relay runs.
import { text } from 'node:stream/consumers'
import { listPartners } from '../db/names.ts'
import { claimErasure } from '../db/privacy/erasures.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { recordOfErasure } from '../ledger/erasures.ts'
import { limits } from '../limits.ts'
import { erase } from '../privacy/erasing.ts'
import { requestErasures } from '../privacy/erasures.ts'
import { BadCall, type Command } from './command.ts'

export const eraseCommand: Command = {
  usage: 'erase (EMAIL | -) [--partner NAME]',
  help: `  EMAIL           however it is capitalised; - reads it from standard input, so that it stands in no
                  list of commands or processes
  --partner NAME  at this partner only (all)

Waiting bonuses are suppressed, addresses and bodies go, for good. Waits for what is being sent at this
moment (40 s at most) and prints a signed record for each partner: it names nobody and can be checked
with /.well-known/jwks.json.

Exit: 0 erased, 2 no such partner, or no address.`,
  options: { partner: { type: 'string' } },
  arguments: { min: 1, max: 1 },
  async run({ positionals, value, config, io }) {
    const [given = ''] = positionals
    const email = given === '-' ? (await text(process.stdin)).trim() : given
    const options = { owner: false, migrate: false, log: io.note }
    const settings = config()
    const installation = await openInstallation(settings, options)
    try {
      const { db, vault, pepper } = installation
      const partnerIds = await wantedPartners(installation, value('partner'))
      const wanted = { email, partnerIds, actor: 'command line' }
      const ids = await requestErasures({ orm: db.orm, vault, pepper }, wanted)
      if (ids === 'unusable') throw new BadCall('this is not an address')
      for (const id of ids) io.out(await carriedOut(installation, settings.publicUrl, id))
      return 0
    } finally {
      await installation.close()
    }
  },
}

async function wantedPartners({ db }: Installation, name: string | undefined): Promise<string[]> {
  const all = await listPartners(db.orm)
  const wanted = all.filter((each) => name === undefined || each.name === name)
  if (name !== undefined && wanted.length === 0) throw new BadCall(`there is no partner “${name}”`)
  return wanted.map(({ id }) => id)
}

/** By this process, or by a relay that was quicker. Resolves with the record. */
async function carriedOut(
  installation: Installation,
  publicUrl: string | undefined,
  id: string,
): Promise<string> {
  for (;;) {
    const claimed = await claimErasure(installation.db.work, id)
    if (claimed !== undefined) await erase({ ...installation, publicUrl }, claimed)
    const record = await recordOfErasure({ orm: installation.db.orm }, { owner: null }, id)
    if (record === undefined) throw new Error('the erasure is gone')
    if (record !== null) return record
    await new Promise((resolve) => setTimeout(resolve, limits.erasureAgainMs / 4))
  }
}
