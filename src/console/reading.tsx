// In which language and in which time zone somebody reads.
import { Hono } from 'hono'
import { fieldsOf, smallForm } from './forms.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { isLanguage, isTimeZone, keepReading, languages, type Language } from './reader.ts'
import { personAsking } from './session.ts'
import type { Words } from './words.ts'

const path = '/console/account/reading'

export function readingRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.post(path, smallForm, async (c) => {
    if ((await personAsking(c, parts)) === undefined) return c.redirect('/signin', 303)
    const field = await fieldsOf(c)
    const [language, timeZone] = [field('language'), field('time_zone')]
    keepReading(c, parts, {
      ...(isLanguage(language) && { language }),
      ...(isTimeZone(timeZone) && { timeZone }),
    })
    return c.redirect('/console/account?done=reading', 303)
  })
  return app
}

interface Props {
  say: Words['account']
  language: Language
  timeZone: string
  /** Unix milliseconds: what the clocks show depends on the season. */
  now: number
}

export function ReadingForm({ say, language, timeZone, now }: Props) {
  return (
    <form method="post" action={path} class="form">
      <label for="language">{say.language}</label>
      <select id="language" name="language" aria-describedby="reading-help">
        {Object.entries(languages).map(([each, name]) => (
          <option value={each} selected={each === language} lang={each}>
            {name}
          </option>
        ))}
      </select>
      <p class="help" id="reading-help">
        {say.readingHelp}
      </p>
      <label for="time-zone">{say.timeZone}</label>
      <select id="time-zone" name="time_zone" aria-describedby="time-zone-help">
        {zonesWith(timeZone).map((zone) => (
          <option value={zone} selected={zone === timeZone}>
            {zone.replaceAll('_', ' ')} ({offsetOf(zone, now)})
          </option>
        ))}
      </select>
      <p class="help" id="time-zone-help">
        {say.timeZoneHelp}
      </p>
      <button type="submit">{say.save}</button>
    </form>
  )
}

const known = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

/** A browser may call its zone by another name than this list does. */
const zonesWith = (own: string) => (known.includes(own) ? known : [own, ...known])

/** `UTC+3`, `UTC-9:30`. */
function offsetOf(timeZone: string, now: number): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' })
  const part = format.formatToParts(now).find(({ type }) => type === 'timeZoneName')
  return (part?.value ?? '').replace('GMT', 'UTC')
}
