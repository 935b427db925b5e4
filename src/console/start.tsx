// The partners to choose from, and the form for another one. Whoever runs the relay for the first time sees
// that form alone.
import type { Role } from '../db/access/schema.ts'
import type { SignedInPerson } from '../access/sessions.ts'
import { limits } from '../limits.ts'
import type { NotMade } from '../partners/making.ts'
import { Problem } from './forms.tsx'
import { momentIn } from './moments.ts'
import { answerOwn, languageOf } from './page.tsx'
import { timeZoneOf } from './reader.ts'
import { hrefWith } from './ui/lists.tsx'
import { Empty } from './ui/marks.tsx'
import { installation } from './doors.ts'
import { baseOf, type Page } from './visit.ts'
import { words, type Words } from './words.ts'

export interface Choosable {
  name: string
  /** Of the reader. */
  role?: Role
  since?: string
}

interface Found {
  partners: readonly Choosable[]
  named: string | undefined
  after: string | undefined
  next: string | null
}

export interface StartTold {
  /** As it was typed. */
  name?: string
  problem?: NotMade
}

type Say = Words['start']

export function startShown(c: Page, person: SignedInPerson, found: Found, told: StartTold) {
  const language = languageOf(c)
  const say = words[language].start
  const { partners, named, after } = found
  const isFirst =
    person.operator && partners.length === 0 && named === undefined && after === undefined
  const status = told.problem === undefined ? 200 : 422
  const title = isFirst ? say.firstTitle : say.title
  const aside = person.operator && !isFirst && (
    <a href={installation}>{words[language].around.installation}</a>
  )
  return answerOwn(
    c,
    { person, title, status, aside },
    <>
      {told.problem && <Problem>{say.problems[told.problem]}</Problem>}
      {isFirst ? (
        <>
          <p>{say.first}</p>
          <MakeForm say={say} told={told} />
        </>
      ) : (
        <>
          <Partners c={c} found={found} />
          {person.operator && (
            <details class="more" open={told.problem !== undefined}>
              <summary>{say.add}</summary>
              <div>
                <p class="help">{say.addHelp}</p>
                <MakeForm say={say} told={told} />
              </div>
            </details>
          )}
        </>
      )}
    </>,
  )
}

function Partners({ c, found }: { c: Page; found: Found }) {
  const language = languageOf(c)
  const { start: say, common, settings } = words[language]
  const { partners, named, after, next } = found
  const isLong =
    named !== undefined ||
    after !== undefined ||
    next !== null ||
    partners.length > limits.partnersSeenAtOnce
  if (partners.length === 0 && !isLong)
    return (
      <Empty>
        <p>
          <strong>{say.nowhere}</strong>
        </p>
        <p>{say.nowhereHelp}</p>
      </Empty>
    )
  return (
    <>
      {isLong && <Find say={say} common={common} named={named} />}
      {partners.length === 0 && <Empty>{common.nothing}</Empty>}
      <ul class="grid wide">
        {partners.map(({ name, role, since }) => (
          <li>
            <a href={baseOf(name)}>
              <div>
                <strong>{name}</strong>
                {role !== undefined && <small>{settings.people.roles[role]}</small>}
                {since !== undefined && (
                  <small>
                    {say.since} {momentIn(language, new Date(since), timeZoneOf(c))}
                  </small>
                )}
              </div>
            </a>
          </li>
        ))}
      </ul>
      {(after !== undefined || next !== null) && (
        <nav class="pager" aria-label={common.older}>
          {after !== undefined && (
            <a href={hrefWith('/console', { all: '', find: named })}>{common.newest}</a>
          )}
          {next !== null && (
            <a href={hrefWith('/console', { all: '', find: named, after: next })}>{common.older}</a>
          )}
        </nav>
      )}
    </>
  )
}

interface FindProps {
  say: Say
  common: Words['common']
  named: string | undefined
}

function Find({ say, common, named }: FindProps) {
  return (
    <form class="filters" method="get" action="/console" role="search">
      <input type="hidden" name="all" value="" />
      <label class="filter">
        <span>{say.find}</span>
        <input
          name="find"
          type="search"
          value={named ?? ''}
          maxlength={limits.nameCharsMax}
          autocomplete="off"
        />
      </label>
      <div class="actions">
        <button type="submit" class="quiet">
          {common.filter}
        </button>
        {named !== undefined && <a href="/console?all">{common.reset}</a>}
      </div>
    </form>
  )
}

function MakeForm({ say, told: { name = '', problem } }: { say: Say; told: StartTold }) {
  return (
    <form method="post" action="/console/partners" class="form">
      <label for="name">{say.name}</label>
      <input
        id="name"
        name="name"
        type="text"
        autocomplete="organization"
        required
        maxlength={limits.nameCharsMax}
        value={name}
        aria-describedby={problem === undefined ? 'name-help' : 'problem'}
        {...(problem !== undefined && { 'aria-invalid': 'true' })}
      />
      <p class="help" id="name-help">
        {say.nameHelp}
      </p>
      <button type="submit">{say.submit}</button>
    </form>
  )
}
