// `story`: everything the relay knows about one person, in plain words.
import { openInstallation, type Installation } from '../installation.ts'
import { namingOf } from '../ledger/naming.ts'
import { storyOf, tellStory } from '../ledger/people.ts'
import { limits } from '../limits.ts'
import type { Command, Language } from './command.ts'
import { emailIn, noAddress } from './email-in.ts'
import { partnersNamed } from './partner-named.ts'

const searchedMax = limits.namingEventsSearchedMax

export const storyCommand: Command = {
  usage: 'story (EMAIL | -) [--partner NAME]',
  help: {
    en: `  EMAIL           however it is capitalised; - reads it from standard input, so that it stands in
                  no list of commands or processes
  --partner NAME  this partner only (all)

Where no rule has found the address: which of the newest ${searchedMax} events of a partner, and which
refused requests, it stands in. Times are this machine's.

Exit: 0 there is a story, 1 nothing is known about this address, 2 no such partner, or no address.`,
    ru: `  EMAIL          как бы ни были записаны заглавные буквы; - читает адрес со стандартного ввода,
                 и тогда его не видно ни в истории команд, ни в списке процессов
  --partner ИМЯ  только у этого партнёра (без него у всех)

Если адрес не нашло ни одно правило: в каких из последних ${searchedMax} событий партнёра и в каких
отклонённых запросах он встречается. Время — по часам этой машины.

Код выхода: 0 — история есть, 1 — об адресе ничего не известно, 2 — нет такого партнёра или это не
адрес.`,
  },
  options: { partner: { type: 'string' } },
  arguments: { needs: ['EMAIL'], max: 1 },
  async run({ positionals, value, config, language, io }) {
    const email = await emailIn(positionals)
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const partners = await partnersNamed(installation, value('partner'))
      let told = 0
      let searched = true
      for (const { id, name } of partners) {
        const lines = await tell(installation, id, email, language)
        searched &&= lines !== 'too_slow'
        if (lines === 'too_slow' || lines.length === 0) continue
        if (partners.length > 1) io.out(`${name}:`)
        for (const line of lines) io.out(line)
        told++
      }
      if (told === 0) io.note(words[language].nothing(email, searched))
      return told > 0 ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

const words = {
  en: {
    nothing: (email: string, searched: boolean) =>
      searched
        ? `Nothing is known about ${email}: no rule has found this address, and neither the newest ${searchedMax} events nor refused requests have it in them. Is it written differently there?`
        : `No rule has found the address ${email}; there was no time to search all requests for it.`,
    noRule: (email: string) =>
      `No rule has found ${email}, so there is no bonus. The address stands in requests that came:`,
  },
  ru: {
    nothing: (email: string, searched: boolean) =>
      searched
        ? `Об адресе ${email} ничего не известно: его не нашло ни одно правило, нет его и в последних ${searchedMax} событиях, и среди отклонённых запросов. Может быть, там он записан иначе?`
        : `Ни одно правило не нашло адрес ${email}; поискать его во всех запросах не хватило времени.`,
    noRule: (email: string) =>
      `Ни одно правило не нашло адрес ${email}, поэтому бонуса нет. Сам адрес встречается в этих запросах:`,
  },
}

async function tell(
  { db, pepper }: Installation,
  partnerId: string,
  email: string,
  language: Language,
): Promise<string[] | 'too_slow'> {
  const story = await storyOf({ orm: db.orm, pepper }, partnerId, email)
  if (story === undefined) throw noAddress(email)
  const lines = tellStory(story, language)
  if (lines.length > 0) return lines
  const naming = await namingOf({ orm: db.orm, pepper }, partnerId, email)
  if (naming === undefined || naming === 'too_slow') return naming ?? []
  const named = tellStory(naming, language)
  return named.length === 0 ? [] : [words[language].noRule(naming.address), ...named]
}
