// The page of tokens as it looks.
import { isScope, scopes, type Scope } from '../../../access/scopes.ts'
import type { listTokens } from '../../../ledger/access.ts'
import { limits } from '../../../limits.ts'
import { Problem } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Pager } from '../../ui/lists.tsx'
import { Ago, Copyable, Empty, Mark, Moment, Told } from '../../ui/marks.tsx'
import type { Page, Standing } from '../../visit.ts'
import { words, type Words } from '../../words.ts'
import { subPage } from './overview.tsx'

type Say = Words['settings']['tokens']
type Listed = Awaited<ReturnType<typeof listTokens>>
type Token = Extract<Listed, { items: unknown }>['items'][number]

/** How many days each choice is; null: without end. */
export const daysOf = { 30: 30, 90: 90, 365: 365, never: null } as const satisfies Record<
  keyof Say['dayChoices'],
  number | null
>
export type Days = `${keyof typeof daysOf}`
export const isDays = (text: string): text is Days => Object.hasOwn(daysOf, text)

interface Found {
  here: string
  after: string | undefined
  found: Listed
  /** What a new one may be given. */
  offered: readonly Scope[]
  /** Unix milliseconds. */
  now: number
}

export interface TokensTold {
  problem?: keyof Say['problems']
  /** As they were typed and ticked. */
  name?: string
  scopes?: readonly Scope[]
  days?: Days
  /** Made just now. */
  token?: string | undefined
}

export function tokensShown(c: Page, visit: Standing, shown: Found, told: TokensTold) {
  const say = words[visit.language].settings.tokens
  const { here, after, found, now } = shown
  const done = c.req.query('done') ?? ''
  const tokens = 'items' in found ? found.items : []
  const next = 'next' in found ? found.next : null
  return answerIn(
    c,
    visit,
    {
      ...subPage(visit, 'tokens'),
      status: told.problem === undefined ? 200 : 422,
      aside: <a href="/api/docs">{say.docs}</a>,
    },
    <>
      {told.problem === undefined && isDone(say, done) && <Told>{say.done[done]}</Told>}
      {told.problem && <Problem>{say.problems[told.problem]}</Problem>}
      {told.token !== undefined && (
        <div class="card once">
          <h2 class="plain">{say.token}</h2>
          <Copyable text={told.token} visit={visit} label={say.token} />
          <p class="help">{say.once}</p>
        </div>
      )}
      <section>
        <h2>{say.list}</h2>
        {tokens.length === 0 && (
          <Empty>
            <p>
              <strong>{say.none}</strong>
            </p>
            <p>{say.noneHelp}</p>
          </Empty>
        )}
        {tokens.length > 0 && (
          <ul class="rows">
            {tokens.map((token) => (
              <TokenRow token={token} visit={visit} here={here} now={now} />
            ))}
          </ul>
        )}
        <Pager visit={visit} here={here} given={{}} after={after} next={next} />
      </section>
      {visit.may('access:write') && <MakeForm visit={visit} shown={shown} told={told} />}
    </>,
  )
}

const isDone = (say: Say, text: string): text is keyof Say['done'] => Object.hasOwn(say.done, text)

interface TokenProps {
  token: Token
  visit: Standing
  here: string
  now: number
}

function TokenRow({ token, visit, here, now }: TokenProps) {
  const say = words[visit.language].settings.tokens
  const { last_used_at: used, created_at: made } = token
  return (
    <li>
      <div>
        <strong>{token.name}</strong>
        <span class="help">
          {used === null ? (
            say.neverUsed
          ) : (
            <>
              {say.used} <Ago at={used} visit={visit} now={now} />
            </>
          )}{' '}
          · {say.made} <Moment at={made} visit={visit} />
        </span>
        <span class="help">
          <Expiry at={token.expires_at} visit={visit} now={now} />
        </span>
        <details class="help">
          <summary>{say.may(token.scopes.length)}</summary>
          <ul class="clauses">
            {token.scopes.map((scope) => (
              <li>{isScope(scope) ? scopes[scope][visit.language] : scope}</li>
            ))}
          </ul>
        </details>
      </div>
      {visit.may('access:write') && (
        <Confirm
          label={say.revoke}
          about={token.name}
          says={say.revokeSays(token.name)}
          action={`${here}/${token.id}/revoke`}
          button={say.revokeYes}
        />
      )}
    </li>
  )
}

function Expiry({ at, visit, now }: { at: string | null; visit: Standing; now: number }) {
  const say = words[visit.language].settings.tokens
  if (at === null) return <>{say.forever}</>
  if (Date.parse(at) > now)
    return (
      <>
        {say.until} <Moment at={at} visit={visit} />
      </>
    )
  return (
    <Mark tone="bad">
      {say.over} <Moment at={at} visit={visit} />
    </Mark>
  )
}

function MakeForm({ visit, shown, told }: { visit: Standing; shown: Found; told: TokensTold }) {
  const say = words[visit.language].settings.tokens
  const { here, offered } = shown
  const { name = '', days = '90' } = told
  const ticked: readonly Scope[] = told.scopes ?? []
  return (
    <section>
      <h2>{say.make}</h2>
      <form method="post" action={here} class="form">
        <label for="name">{say.name}</label>
        <input
          id="name"
          name="name"
          type="text"
          autocomplete="off"
          required
          maxlength={limits.nameCharsMax}
          value={name}
          aria-describedby={told.problem === 'name' ? 'problem' : 'name-help'}
          {...(told.problem === 'name' && { 'aria-invalid': 'true' })}
        />
        <p class="help" id="name-help">
          {say.nameHelp}
        </p>
        <fieldset aria-describedby={told.problem === 'scopes' ? 'problem' : 'scopes-help'}>
          <legend>{say.scopes}</legend>
          <p class="help" id="scopes-help">
            {say.scopesHelp}
          </p>
          <div class="choices">
            {offered.map((scope) => (
              <label class="check">
                <input
                  type="checkbox"
                  name="scope"
                  value={scope}
                  checked={ticked.includes(scope)}
                />
                <span>
                  {scopes[scope][visit.language]} <code>{scope}</code>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <label for="days">{say.days}</label>
        <select id="days" name="days">
          {Object.keys(daysOf)
            .filter(isDays)
            .map((each) => (
              <option value={each} selected={each === days}>
                {say.dayChoices[each]}
              </option>
            ))}
        </select>
        <button type="submit">{say.makeYes}</button>
      </form>
    </section>
  )
}
