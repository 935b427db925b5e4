// Where somebody is signed in, for themselves: each session can be ended, or all but this one.
import type { sessionsOf } from '../access/sessions.ts'
import { agentInWords } from './agents.ts'
import { momentIn } from './moments.ts'
import type { Language } from './page.tsx'
import type { Words } from './words.ts'

interface SessionsProps {
  say: Words['account']
  reader: { language: Language; timeZone: string }
  sessions: Awaited<ReturnType<typeof sessionsOf>>
  /** The one this page is asked for with. */
  own: string
}

export function Sessions({ say, reader, sessions, own }: SessionsProps) {
  return (
    <>
      <ul class="rows">
        {sessions.map(({ id, usedAt, ip, agent }) => (
          <li>
            <div>
              <strong>{agentInWords(agent) ?? agent ?? say.unknownAgent}</strong>
              <span class="help">
                {[ip, momentIn(reader.language, usedAt, reader.timeZone)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
            {id === own ? (
              <span class="help">{say.thisOne}</span>
            ) : (
              <form method="post" action="/console/account/sessions/end">
                <input type="hidden" name="id" value={id} />
                <button type="submit" class="quiet">
                  {say.endSession}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action="/console/account/sessions/end">
          <button type="submit" class="quiet">
            {say.endOthers}
          </button>
        </form>
      )}
    </>
  )
}
