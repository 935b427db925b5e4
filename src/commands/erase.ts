// `erase`: a person goes from every table. Done here, whether or not a relay runs.
import { erasedThings, type Erased } from '../db/privacy/schema.ts'
import { claimErasure } from '../db/privacy/erasures.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { readErasure, recordOfErasure } from '../ledger/erasures.ts'
import { limits } from '../limits.ts'
import { erasedWords } from '../privacy/erased-words.ts'
import { erase, previewErasure } from '../privacy/erasing.ts'
import { requestErasures } from '../privacy/erasures.ts'
import type { Call, Command } from './command.ts'
import { emailIn, noAddress } from './email-in.ts'
import { partnersNamed } from './partner-named.ts'

export const eraseCommand: Command = {
  usage: 'erase (EMAIL | -) [--partner NAME] [--yes | --dry-run]',
  help: {
    en: `  EMAIL           however it is capitalised; - reads it from standard input, so that it stands in no
                  list of commands or processes
  --partner NAME  at this partner only (all)
  --yes           do not ask; without a terminal nobody is asked
  --dry-run       say what would go, and change nothing

Waiting bonuses are suppressed, addresses and bodies go, for good. Waits for what is being sent at
this moment (40 s at most) and prints a signed record (a JWS) for each partner: it names nobody and
can be checked with /.well-known/jwks.json. On a terminal what is found, and what went, is told
beside it.

Exit: 0 erased, 1 somebody who was asked said no, 2 no such partner, or no address.`,
    ru: `  EMAIL          как бы ни были записаны заглавные буквы; - читает адрес со стандартного ввода,
                 и тогда его не видно ни в истории команд, ни в списке процессов
  --partner ИМЯ  только у этого партнёра (без него у всех)
  --yes          не спрашивать подтверждения; без терминала его и не спрашивают
  --dry-run      показать, что будет удалено, и ничего не менять

Ожидающие бонусы не уйдут, адреса и тела запросов удаляются навсегда. Команда ждёт то, что
отправляется в эту минуту (не дольше 40 секунд), и печатает для каждого партнёра подписанный акт
(JWS): он никого не называет, а проверить его можно ключами /.well-known/jwks.json. В терминале
рядом с актом сказано, что нашлось и что удалено.

Код выхода: 0 — удалено, 1 — на вопрос ответили «нет», 2 — нет такого партнёра или это не адрес.`,
  },
  options: {
    partner: { type: 'string' },
    yes: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  arguments: { needs: ['EMAIL'], max: 1 },
  async run(call) {
    const { positionals, value, flag, config, language, io } = call
    const email = await emailIn(positionals, io.ask)
    const options = { owner: false, migrate: false, log: io.note }
    const settings = config()
    const installation = await openInstallation(settings, options)
    try {
      const { db, vault, pepper } = installation
      const partners = await partnersNamed(installation, value('partner'))
      if (partners.length === 0) io.note(words[language].nobody)
      if (io.ask !== undefined || flag('dry-run'))
        await foretell(call, installation, partners, email)
      if (flag('dry-run')) return 0
      if (!(await isMeant(call))) return 1
      const partnerIds = partners.map(({ id }) => id)
      const wanted = { email, partnerIds, actor: 'command line' }
      const ids = await requestErasures({ orm: db.orm, vault, pepper }, wanted)
      if (ids === 'unusable') throw noAddress(email)
      for (const [n, id] of ids.entries()) {
        const record = await carriedOut(installation, settings.publicUrl, id)
        if (io.ask !== undefined) await tell(call, installation, partners[n]?.name ?? '', id)
        io.out(record)
      }
      return 0
    } finally {
      await installation.close()
    }
  },
}

async function foretell(
  call: Call,
  installation: Installation,
  partners: readonly { id: string; name: string }[],
  email: string,
): Promise<void> {
  const say = words[call.language]
  for (const { id, name } of partners) {
    const found = await previewErasure(installation, id, email)
    if (found === 'unusable') throw noAddress(email)
    noteRows(call, [`${name}: ${say.found}`, `${name}: ${say.foundNothing}`], found)
  }
}

/** Where there is nobody to ask, whoever called has decided. */
async function isMeant(call: Call): Promise<boolean> {
  const { io, flag } = call
  if (io.ask === undefined || flag('yes')) return true
  const say = words[call.language]
  const answer = (await io.ask(`${say.sure} `)).toLowerCase()
  if (say.yes.includes(answer)) return true
  io.note(say.kept)
  return false
}

async function tell(call: Call, { db }: Installation, partner: string, id: string): Promise<void> {
  const erasure = await readErasure({ orm: db.orm }, { owner: null }, id)
  const say = words[call.language]
  const titles = [`${partner}: ${say.erased}`, `${partner}: ${say.erasedNothing}`] as const
  noteRows(call, titles, erasure?.erased ?? {})
}

function noteRows(
  call: Call,
  [some, none]: readonly [string, string],
  rows: Partial<Erased>,
): void {
  const said = erasedWords[call.language]
  const there = erasedThings.filter((thing) => (rows[thing] ?? 0) > 0)
  call.io.note(there.length === 0 ? none : some)
  for (const thing of there) call.io.note(`  ${String(rows[thing]).padStart(6)}  ${said[thing]}`)
}

const words = {
  en: {
    nobody: 'There are no partners yet: there is nobody to erase.',
    found: 'of this person there is:',
    foundNothing: 'of this person there is nothing',
    erased: 'erased:',
    erasedNothing: 'nothing had to go',
    sure: 'All of it goes for good, and no bonus will be made for this address again. Erase? [yes/no]',
    yes: ['y', 'yes'],
    kept: 'Nothing was erased.',
  },
  ru: {
    nobody: 'Партнёров пока нет, удалять некого.',
    found: 'об этом человеке хранится:',
    foundNothing: 'об этом человеке ничего не хранится',
    erased: 'удалено:',
    erasedNothing: 'удалять было нечего',
    sure: 'Всё это удалится навсегда, и бонусов на этот адрес больше не будет. Удалить? [да/нет]',
    yes: ['y', 'yes', 'д', 'да'],
    kept: 'Ничего не удалено.',
  },
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
