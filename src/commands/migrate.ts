// `migrate`: brings the database to this version, and nothing else.
import { openInstallation } from '../installation.ts'
import type { Command } from './command.ts'

export const migrateCommand: Command = {
  usage: 'migrate',
  help: {
    en: `Forward only, and safe while older relays still run; \`serve\` does it by itself.
Several at once are safe: one migrates, the others wait.

Exit: 0 done, 1 the database cannot be reached.`,
    ru: `Обновляет только вперёд, и релеи прежней версии можно не останавливать; \`serve\` делает это сам.
Можно запустить сразу несколько: одна команда обновит базу, остальные подождут.

Код выхода: 0 — сделано, 1 — база данных недоступна.`,
  },
  arguments: { needs: [], max: 0 },
  async run({ config, language, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: true,
      log: io.note,
    })
    await installation.close()
    io.out(done[language])
    return 0
  },
}

const done = {
  en: 'The database is up to date.',
  ru: 'База данных соответствует этой версии.',
}
