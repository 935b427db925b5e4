// /console/installation: what needs somebody, at whichever partner and at the relay itself; and the figures of all.
import { Hono } from 'hono'
import { alarmKinds, isAlarmName } from '../../../alarms/kinds.ts'
import { isTooSlow } from '../../../db/ledger/reading.ts'
import { listAlarms, type AlarmView } from '../../../ledger/alarms.ts'
import { limits } from '../../../limits.ts'
import { installation } from '../../doors.ts'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Moment, upper } from '../../ui/marks.tsx'
import { Figures } from '../overview/figures.tsx'
import { readNumbers, type Numbers } from '../overview/numbers.ts'
import { atInstallation, baseOf, type Page, type Standing } from '../../visit.ts'
import { words } from '../../words.ts'

export function installationRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    installation,
    atInstallation(parts, (c, at) => overview(c, at, parts)),
  )
  return app
}

async function overview(c: Page, at: Standing, parts: ConsoleParts) {
  const { language: lang, asker } = at
  const { installation: say, around, settings } = words[lang]
  const wanted = { state: 'open', limit: limits.consoleRowsShown, lang } as const
  const [found, numbers] = await Promise.all([
    listAlarms(parts.ledger, asker, wanted),
    numbersOf(parts, at),
  ])
  const alarms = itemsOf(found)
  return answerIn(
    c,
    at,
    { title: say.name, place: 'overview', aside: <a href="/console?all">{around.partners}</a> },
    <>
      {alarms.length === 0 ? (
        <p class="done">{say.calm}</p>
      ) : (
        <section>
          <h2>{say.needs}</h2>
          <ul class="needs">
            {alarms.map((alarm) => (
              <Alarm alarm={alarm} at={at} />
            ))}
          </ul>
          {'next' in found && found.next !== null && <p class="help">{settings.more}</p>}
        </section>
      )}
      {numbers === undefined ? (
        <p class="help">{say.uncounted}</p>
      ) : (
        <Figures numbers={numbers} visit={at} />
      )}
    </>,
  )
}

/** Undefined where there are too many to be added up for a page. */
async function numbersOf(parts: ConsoleParts, at: Standing): Promise<Numbers | undefined> {
  try {
    return await readNumbers(parts, at)
  } catch (error) {
    if (isTooSlow(error)) return undefined
    throw error
  }
}

function Alarm({ alarm, at }: { alarm: AlarmView; at: Standing }) {
  const say = words[at.language].installation
  const { partner, kind, subject, told, opened_at: since } = alarm
  const isOfRelay = isAlarmName(kind) && alarmKinds[kind].about === 'relay'
  const who = [partner?.name ?? say.relay, ...(isOfRelay ? [] : [subject.name])]
  return (
    <li>
      <div>
        <strong>{who.join(' · ')}: </strong>
        {isOfRelay ? upper(told) : told}
        <span class="help">
          {' · '}
          {say.since} <Moment at={since} visit={at} />
        </span>
      </div>
      {partner !== null && (
        <a
          class="button quiet"
          href={baseOf(partner.name)}
          aria-label={`${say.look}: ${partner.name}`}
        >
          {say.look}
        </a>
      )}
    </li>
  )
}
