// `export`: the configuration as a config file.
import { openInstallation } from '../installation.ts'
import { exportConfig } from '../partners/export.ts'
import type { Command } from './command.ts'

export const exportCommand: Command = {
  usage: 'export [--partner NAME] [--secrets]',
  help: {
    en: `  --partner NAME  only this partner
  --secrets       with secrets in plain text: a full backup, keep it safe

Without --secrets, secrets are printed as the \${ENV} or { file } they came from, else as
{ stored: … }, which keeps what the database has. Applying the output changes nothing.

Exit: 0 printed, 1 no such partner.`,
    ru: `  --partner ИМЯ  только этот партнёр
  --secrets      с секретами открытым текстом: полная резервная копия, храните её надёжно

Без --secrets вместо секрета стоит то, откуда его взяли: \${ENV} или { file }. Если это неизвестно,
стоит { stored: … }: оставить тот, что в базе. Если применить такой файл, ничего не изменится.

Код выхода: 0 — напечатано, 1 — нет такого партнёра.`,
  },
  options: { partner: { type: 'string' }, secrets: { type: 'boolean' } },
  arguments: { needs: [], max: 0 },
  async run({ value, flag, config, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { db, vault } = installation
      const partner = value('partner')
      io.out(
        (
          await exportConfig(
            { orm: db.orm, vault },
            { secrets: flag('secrets'), ...(partner !== undefined && { partner }) },
          )
        ).trimEnd(),
      )
      return 0
    } finally {
      await installation.close()
    }
  },
}
