// `recheck`: parked events that nobody but a person can help are tried again.
import { recheckLookups } from '../db/lookups/claim.ts'
import { openInstallation } from '../installation.ts'
import type { Command } from './command.ts'
import { counted } from './numbers.ts'
import { partnerIdNamed } from './partner-named.ts'

export const recheckCommand: Command = {
  usage: 'recheck [--partner NAME]',
  help: `  --partner NAME  events of this partner only (all)

For events whose provider did not answer for 72 hours, refused the source's credential, or could not
be asked. A running relay does the asking. Prints how many there are, the number first.

Exit: 0 done, 2 no such partner.`,
  options: { partner: { type: 'string' } },
  arguments: { needs: [], max: 0 },
  async run({ value, config, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const partnerId = await partnerIdNamed(installation, value('partner'))
      const count = await recheckLookups(installation.db.work, partnerId ?? null)
      io.out(`${counted(count, 'parked event')} to be asked about again`)
      if (count > 0)
        io.note('A running relay does the asking; moab-relay tail shows what comes of it.')
      return 0
    } finally {
      await installation.close()
    }
  },
}
