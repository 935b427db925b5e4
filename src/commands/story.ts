// `story`: everything the relay knows about one person, in plain words.
import { listPartners } from '../db/names.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { storyOf, tellStory } from '../ledger/people.ts'
import { BadCall, type Command } from './command.ts'
import { languageOf, type Language } from './language.ts'

export const storyCommand: Command = {
  usage: 'story EMAIL [--partner NAME] [--lang en|ru]',
  help: `  --partner NAME  this partner only (all)
  --lang en|ru    language (LANG decides, else English)

Exit: 0 there is a story, 1 nothing is known about this address.`,
  options: { partner: { type: 'string' }, lang: { type: 'string' } },
  arguments: { min: 1, max: 1 },
  async run({ positionals, value, config, env, io }) {
    const [email = ''] = positionals
    const lang = languageOf(value('lang'), env['LANG'])
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const partners = await wantedPartners(installation, value('partner'))
      let told = 0
      for (const { id, name } of partners) {
        const lines = await tell(installation, id, email, lang)
        if (lines.length === 0) continue
        if (partners.length > 1) io.out(`${name}:`)
        for (const line of lines) io.out(line)
        told++
      }
      if (told === 0) io.note(nothing[lang](email))
      return told > 0 ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

const nothing = {
  en: (email: string) => `Nothing is known about ${email}.`,
  ru: (email: string) => `Об адресе ${email} ничего не известно.`,
}

async function wantedPartners({ db }: Installation, wanted: string | undefined) {
  const partners = await listPartners(db.orm)
  const found = partners.filter(({ name }) => wanted === undefined || name === wanted)
  if (wanted !== undefined && found.length === 0)
    throw new BadCall(`there is no partner “${wanted}”`)
  return found
}

async function tell(
  { db, pepper }: Installation,
  partnerId: string,
  email: string,
  lang: Language,
) {
  const story = await storyOf({ orm: db.orm, pepper }, partnerId, email)
  return story === undefined ? [] : tellStory(story, lang)
}
