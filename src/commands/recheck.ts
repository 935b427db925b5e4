// `recheck`: parked events that nobody but a person can help are tried again.
import { recheckLookups } from '../db/lookups/claim.ts'
import { findPartnerId } from '../db/names.ts'
import { openInstallation } from '../installation.ts'
import { BadCall, type Command } from './command.ts'

export const recheckCommand: Command = {
  usage: 'recheck [--partner NAME]',
  help: `  --partner NAME  events of this partner only (all)

For events whose provider did not answer for 72 hours, refused the source's credential, or could not
be asked. A running relay does the asking. Prints how many there are.

Exit: 0 done, 2 no such partner.`,
  options: { partner: { type: 'string' } },
  arguments: { min: 0, max: 0 },
  async run({ value, config, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { db } = installation
      const partner = value('partner')
      const partnerId = partner === undefined ? null : await findPartnerId(db.orm, partner)
      if (partnerId === undefined) throw new BadCall(`there is no partner “${partner}”`)
      io.out(String(await recheckLookups(db.work, partnerId)))
      return 0
    } finally {
      await installation.close()
    }
  },
}
