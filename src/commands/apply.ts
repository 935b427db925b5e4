// `apply`: a config file into the database, whole or not at all.
import { readFile } from 'node:fs/promises'
import { openInstallation } from '../installation.ts'
import { reachedAt } from '../listen.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { applyConfig, describeChanges, describeProblems } from '../partners/apply.ts'
import { BadCall, type Command } from './command.ts'

export const applyCommand: Command = {
  usage: 'apply FILE [--dry-run]',
  help: `  --dry-run   says what would change and changes nothing

Everything is checked first; one mistake and nothing is changed. What the file does not mention is
left alone. Secrets may be \${ENV} or { file: path }. A running relay notices within a second.

Exit: 0 applied, 1 the file has mistakes, 2 it cannot be read.`,
  options: { 'dry-run': { type: 'boolean' } },
  arguments: { needs: ['FILE'], max: 1 },
  async run({ positionals, flag, config, env, io }) {
    const [file = ''] = positionals
    const text = await readFile(file, 'utf8').catch(() => {
      throw new BadCall(`${file} cannot be read`)
    })
    const settings = config()
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: true,
      log: io.note,
    })
    try {
      const { db, vault } = installation
      const outgoing = createOutgoing(settings, () => reachedAt(settings))
      const result = await applyConfig({ orm: db.orm, vault, outgoing, now: Date.now }, text, {
        file,
        env,
        actor: 'command line',
        dryRun: flag('dry-run'),
      })
      if (!result.ok) {
        io.note(describeProblems(result.problems))
        return 1
      }
      io.out(
        describeChanges(result, {
          url: settings.publicUrl ?? `http://${settings.host}:${settings.port}`,
        }),
      )
      return 0
    } finally {
      await installation.close()
    }
  },
}
