// `migrate`: brings the database to this version, and nothing else.
import { openInstallation } from '../installation.ts'
import type { Command } from './command.ts'

export const migrateCommand: Command = {
  usage: 'migrate',
  help: `Forward only, and safe while older relays still run; \`serve\` does it by itself.
Several at once are safe: one migrates, the others wait.

Exit: 0 done, 1 the database cannot be reached.`,
  arguments: { needs: [], max: 0 },
  async run({ config, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: true,
      log: io.note,
    })
    await installation.close()
    io.out('The database is up to date.')
    return 0
  },
}
