// …/people: one person's story in plain words. The address is asked for by POST: it must not stand in URLs.
import { Hono } from 'hono'
import { type GrantInFull } from '../../ledger/grants.ts'
import { readNaming } from '../../ledger/naming.ts'
import { readPerson } from '../../ledger/people.ts'
import { limits } from '../../limits.ts'
import { requestErasures } from '../../privacy/erasures.ts'
import { maskEmail } from '../../rules/email.ts'
import { fieldsOf, Problem, smallForm } from '../forms.tsx'
import { notThere } from '../nowhere.tsx'
import { answerIn } from '../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../parts.ts'
import { Named, type Naming } from './privacy/named.tsx'
import { Rights } from './privacy/person.tsx'
import { EventRow } from '../ui/event-row.tsx'
import { Empty, Fate } from '../ui/marks.tsx'
import { inside, type Page, type Visit } from '../visit.ts'
import { words } from '../words.ts'

type Told = Exclude<Awaited<ReturnType<typeof readPerson>>, 'unusable' | undefined>

export function peopleRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/people'
  app.get(
    path,
    inside(parts, ['people:read'], (c, visit) => peoplePage(c, visit, { email: '' })),
  )
  app.post(
    path,
    smallForm,
    inside(parts, ['people:read'], async (c, visit) => {
      const field = await fieldsOf(c)
      const reveal = field('reveal') === 'true' && visit.may('people:reveal')
      return peoplePage(c, visit, await asked(parts, visit, field('email').trim(), reveal))
    }),
  )
  app.post(
    `${path}/erase`,
    smallForm,
    inside(parts, ['people:erase'], async (c, visit) => {
      const field = await fieldsOf(c)
      const email = field('email').trim()
      const { partner, actor, base } = visit
      if (field('again').trim().toLowerCase() !== email.toLowerCase()) {
        const mayRead = visit.may('people:read')
        const again = mayRead ? await asked(parts, visit, email, false) : { email: '' }
        return peoplePage(c, visit, { ...again, notSame: true })
      }
      const { orm, vault, ledger } = parts
      const wanted = { email, partnerIds: [partner.id], actor }
      const ids = await requestErasures({ orm, vault, pepper: ledger.pepper }, wanted)
      return ids === 'unusable' ? notThere(c) : c.redirect(`${base}/erasures/${ids[0] ?? ''}`, 303)
    }),
  )
  return app
}

interface Asked {
  email: string
  reveal?: boolean
  found?: Told | Naming | 'unusable'
  /** An erasure was asked for, with another address to confirm it. */
  notSame?: boolean
}

async function asked(
  { ledger }: ConsoleParts,
  visit: Visit,
  email: string,
  reveal: boolean,
): Promise<Asked> {
  const { language, timeZone, partner } = visit
  const asker = { ...visit.asker, reveal }
  const found = await readPerson(ledger, asker, email, language, timeZone)
  if (found !== undefined) return { email, reveal, found }
  return { email, found: await readNaming(ledger, partner.id, email, language) }
}

function peoplePage(c: Page, visit: Visit, { email, reveal = false, found, notSame }: Asked) {
  const say = words[visit.language].people
  const status = found === 'unusable' || notSame === true ? 422 : 200
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'people', status },
    <>
      <form method="post" action={`${visit.base}/people`} class="filters" role="search">
        <label class="filter wide">
          <span>{say.email}</span>
          <input
            name="email"
            type="text"
            inputmode="email"
            autocomplete="off"
            spellcheck={false}
            required
            maxlength={limits.emailInputCharsMax}
            value={email}
            {...(found === 'unusable' && { 'aria-invalid': 'true', 'aria-describedby': 'problem' })}
          />
        </label>
        <div class="actions">
          <button type="submit">{say.ask}</button>
        </div>
      </form>
      {notSame === true && <Problem>{words[visit.language].privacy.person.notSame}</Problem>}
      {found === undefined && <Empty>{say.help}</Empty>}
      {found === 'unusable' && <Problem>{say.unusable}</Problem>}
      {typeof found === 'object' &&
        ('grants' in found ? (
          <Person person={found} visit={visit} email={email} reveal={reveal} />
        ) : (
          <Unfound naming={found} visit={visit} email={email} />
        ))}
    </>,
  )
}

/** An erasure looks through everything, and is for somebody who asks for it whatever was found. */
function Unfound({ naming, visit, email }: { naming: Naming; visit: Visit; email: string }) {
  const shown = maskEmail(email)
  return (
    <>
      <Named naming={naming} visit={visit} email={shown} />
      <Rights visit={visit} email={email} shown={shown} />
    </>
  )
}

interface PersonProps {
  person: Told
  visit: Visit
  email: string
  reveal: boolean
}

function Person({ person, visit, email, reveal }: PersonProps) {
  const { people: say, common } = words[visit.language]
  return (
    <>
      <div class="title">
        <h2 class="plain">{person.email}</h2>
        {visit.may('people:reveal') && !reveal && (
          <form method="post" action={`${visit.base}/people`}>
            <input type="hidden" name="email" value={email} />
            <input type="hidden" name="reveal" value="true" />
            <button type="submit" class="quiet" title={common.revealHelp}>
              {common.reveal}
            </button>
          </form>
        )}
      </div>
      <section>
        <h2>{say.story}</h2>
        <ol class="told">
          {person.told.map((line) => (
            <li>{line}</li>
          ))}
        </ol>
        {person.cut && <p class="help">{say.cut}</p>}
      </section>
      {person.grants.length > 0 && (
        <section>
          <h2>{say.bonuses}</h2>
          <ul class="rows">
            {person.grants.map((grant) => (
              <Bonus grant={grant} visit={visit} />
            ))}
          </ul>
          {person.grants.some(({ state }) => provable.includes(state)) && (
            <p class="help">
              {say.receiptHelp} <a href="/.well-known/jwks.json">/.well-known/jwks.json</a>
            </p>
          )}
        </section>
      )}
      <Events events={person.events} visit={visit} />
      <Rights visit={visit} email={email} shown={person.email ?? ''} />
    </>
  )
}

function Events({ events, visit }: { events: Told['events']; visit: Visit }) {
  const say = words[visit.language].people
  if (events.length === 0) return null
  return (
    <section>
      <h2>{say.events}</h2>
      <ul class="rows">
        {events.map((event) => (
          <EventRow event={event} visit={visit}>
            <span class="help">{event.source.name}</span>
          </EventRow>
        ))}
      </ul>
    </section>
  )
}

const provable: readonly string[] = ['granted', 'already_known']

function Bonus({ grant, visit }: { grant: GrantInFull; visit: Visit }) {
  const say = words[visit.language].people
  return (
    <li>
      <div>
        <a href={`${visit.base}/grants/${grant.id}`}>{grant.campaign.name}</a>
        {grant.mode === 'sandbox' && (
          <span class="help">{words[visit.language].campaigns.modesShort.sandbox}</span>
        )}
        <span class="help">
          <Fate word={grant.state} visit={visit} />
        </span>
      </div>
      {provable.includes(grant.state) ? (
        <form method="post" action={`${visit.base}/grants/${grant.id}/receipt`}>
          <button type="submit" class="quiet">
            {say.receipt}
          </button>
        </form>
      ) : (
        <span class="help">{say.noReceipt}</span>
      )}
    </li>
  )
}
