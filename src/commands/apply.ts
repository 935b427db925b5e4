// `apply`: a config file into the database, whole or not at all.
import { readFile } from 'node:fs/promises'
import { openInstallation } from '../installation.ts'
import { reachedAt } from '../listen.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import { applyConfig, describeChanges, describeProblems } from '../partners/apply.ts'
import type { Command } from './command.ts'
import { unread } from './unread.ts'

export const applyCommand: Command = {
  usage: 'apply FILE [--dry-run]',
  help: {
    en: `  --dry-run   says what would change and changes nothing

Everything is checked first; one mistake and nothing is changed. What the file does not mention is
left alone. Secrets may be \${ENV} or { file: path }. A running relay notices within a second.

Exit: 0 applied, 1 the file has mistakes, 2 it cannot be read.`,
    ru: `  --dry-run   показывает, что изменилось бы, и ничего не меняет

Сначала проверяется всё: если есть хоть одна ошибка, ничего не меняется. Чего в файле нет, то
остаётся как было. Секреты можно записать как \${ENV} или { file: путь }. Работающий релей заметит
изменения за секунду.

Код выхода: 0 — применён, 1 — в файле ошибки, 2 — файл не прочитать.`,
  },
  options: { 'dry-run': { type: 'boolean' } },
  arguments: { needs: ['FILE'], max: 1 },
  async run({ positionals, flag, config, env, language, io }) {
    const [file = ''] = positionals
    const text = await readFile(file, 'utf8').catch(() => {
      throw unread(file)
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
        io.note(describeProblems(result.problems, language))
        return 1
      }
      io.out(
        describeChanges(result, {
          url: settings.publicUrl ?? `http://${settings.host}:${settings.port}`,
          language,
        }),
      )
      return 0
    } finally {
      await installation.close()
    }
  },
}
