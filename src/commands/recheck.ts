// `recheck`: parked events that nobody but a person can help are tried again.
import { recheckLookups } from '../db/lookups/claim.ts'
import { openInstallation } from '../installation.ts'
import { nounFor } from '../plural.ts'
import type { Command, Language } from './command.ts'
import { partnerIdNamed } from './partner-named.ts'

export const recheckCommand: Command = {
  usage: 'recheck [--partner NAME]',
  help: {
    en: `  --partner NAME  events of this partner only (all)

For events whose provider did not answer for 72 hours, refused the source's credential, or could not
be asked. A running relay does the asking. Prints how many there are, the number first.

Exit: 0 done, 2 no such partner.`,
    ru: `  --partner ИМЯ  события только этого партнёра (без него всех)

Для событий, о которых провайдер 72 часа не отвечал, не принял ключ источника или спросить было не о
чем. Спрашивает работающий релей. Печатает, сколько таких событий: число стоит первым.

Код выхода: 0 — сделано, 2 — нет такого партнёра.`,
  },
  options: { partner: { type: 'string' } },
  arguments: { needs: [], max: 0 },
  async run({ value, config, language, io }) {
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const partnerId = await partnerIdNamed(installation, value('partner'))
      const count = await recheckLookups(installation.db.work, partnerId ?? null)
      const say = words[language]
      io.out(say.again(count))
      if (count > 0) io.note(say.asks)
      return 0
    } finally {
      await installation.close()
    }
  },
}

/** The number stands as digits alone, for whoever reads it with a program. */
const en = {
  again: (count: number) =>
    `${count} ${nounFor.en(count, { one: 'parked event', other: 'parked events' })} to be asked about again`,
  asks: 'A running relay does the asking; moab-relay tail shows what comes of it.',
}

const ru: typeof en = {
  again: (count) =>
    `${count} ${nounFor.ru(count, {
      one: 'отложенное событие будет проверено ещё раз',
      few: 'отложенных события будут проверены ещё раз',
      other: 'отложенных событий будут проверены ещё раз',
    })}`,
  asks: 'Спросит работающий релей; что из этого вышло, покажет moab-relay tail.',
}

const words: Record<Language, typeof en> = { en, ru }
