// What the law gives a person: a copy of everything, and to be forgotten. The address travels in forms only.
import { Hono } from 'hono'
import { exportPerson } from '../../../privacy/person.ts'
import { limits } from '../../../limits.ts'
import { fieldsOf, smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { inside, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const path = '/console/p/:partner/people'

export function personRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.post(
    `${path}/copy`,
    smallForm,
    inside(parts, ['people:read', 'people:reveal'], async (c, { asker }) => {
      const email = (await fieldsOf(c))('email')
      const { ledger, orm: changes, now } = parts
      const found = await exportPerson({ ...ledger, changes, now }, asker, email)
      if (found === 'unusable') return notThere(c)
      return c.body(JSON.stringify(found, null, 2), 200, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': 'attachment; filename="person.json"',
        'Cache-Control': 'no-store',
      })
    }),
  )
  return app
}

/** Below the story. `email`: as it was asked for. */
export function Rights({ visit, email, shown }: { visit: Visit; email: string; shown: string }) {
  const say = words[visit.language].privacy.person
  const at = `${visit.base}/people`
  return (
    <section>
      {visit.may('people:reveal') && (
        <form method="post" action={`${at}/copy`}>
          <input type="hidden" name="email" value={email} />
          <button type="submit" class="quiet">
            {say.copy}
          </button>
          <p class="help">{say.copyHelp}</p>
        </form>
      )}
      {visit.may('people:erase') && (
        <Confirm
          label={say.erase}
          about={shown}
          says={say.eraseSays}
          action={`${at}/erase`}
          button={say.eraseYes}
        >
          <input type="hidden" name="email" value={email} />
          <label for="again">{say.type}</label>
          <input
            id="again"
            name="again"
            type="text"
            inputmode="email"
            autocomplete="off"
            spellcheck={false}
            required
            maxlength={limits.emailInputCharsMax}
          />
        </Confirm>
      )}
    </section>
  )
}
