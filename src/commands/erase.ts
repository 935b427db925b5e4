// `erase`: a person goes from every table. Done here, whether or not a relay runs.
import { claimErasure } from '../db/privacy/erasures.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { recordOfErasure } from '../ledger/erasures.ts'
import { limits } from '../limits.ts'
import { erase } from '../privacy/erasing.ts'
import { requestErasures } from '../privacy/erasures.ts'
import type { Command } from './command.ts'
import { emailIn, noAddress } from './email-in.ts'
import { partnersNamed } from './partner-named.ts'

export const eraseCommand: Command = {
  usage: 'erase (EMAIL | -) [--partner NAME]',
  help: {
    en: `  EMAIL           however it is capitalised; - reads it from standard input, so that it stands in no
                  list of commands or processes
  --partner NAME  at this partner only (all)

Waiting bonuses are suppressed, addresses and bodies go, for good. Waits for what is being sent at
this moment (40 s at most) and prints a signed record (a JWS) for each partner: it names nobody and
can be checked with /.well-known/jwks.json.

Exit: 0 erased, 2 no such partner, or no address.`,
    ru: `  EMAIL          как бы ни были записаны заглавные буквы; - читает адрес со стандартного ввода,
                 и тогда его не видно ни в истории команд, ни в списке процессов
  --partner ИМЯ  только у этого партнёра (без него у всех)

Ожидающие бонусы не уйдут, адреса и тела запросов удаляются навсегда. Команда ждёт то, что
отправляется в эту минуту (не дольше 40 секунд), и печатает для каждого партнёра подписанный акт
(JWS): он никого не называет, а проверить его можно ключами /.well-known/jwks.json.

Код выхода: 0 — удалено, 2 — нет такого партнёра или это не адрес.`,
  },
  options: { partner: { type: 'string' } },
  arguments: { needs: ['EMAIL'], max: 1 },
  async run({ positionals, value, config, language, io }) {
    const email = await emailIn(positionals)
    const options = { owner: false, migrate: false, log: io.note }
    const settings = config()
    const installation = await openInstallation(settings, options)
    try {
      const { db, vault, pepper } = installation
      const partners = await partnersNamed(installation, value('partner'))
      if (partners.length === 0) io.note(nobody[language])
      const partnerIds = partners.map(({ id }) => id)
      const wanted = { email, partnerIds, actor: 'command line' }
      const ids = await requestErasures({ orm: db.orm, vault, pepper }, wanted)
      if (ids === 'unusable') throw noAddress(email)
      for (const id of ids) io.out(await carriedOut(installation, settings.publicUrl, id))
      return 0
    } finally {
      await installation.close()
    }
  },
}

const nobody = {
  en: 'There are no partners yet: there is nobody to erase.',
  ru: 'Партнёров пока нет, удалять некого.',
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
