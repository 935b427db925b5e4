// The page of operators as it looks.
import type { listInvitations, listOperators } from '../../../ledger/access.ts'
import { EmailField, Problem } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Pager } from '../../ui/lists.tsx'
import { Moment, Told } from '../../ui/marks.tsx'
import type { Page, Standing } from '../../visit.ts'
import { words } from '../../words.ts'
import { Invitations, LinkOnce } from '../settings/invitations.tsx'

type Found<List extends (...given: never[]) => unknown> = Awaited<ReturnType<List>>
type Operator = Found<typeof listOperators>['items'][number]

interface Shown {
  here: string
  after: string | undefined
  operators: Found<typeof listOperators>
  invitations: Found<typeof listInvitations>
}

export type Done = 'removed' | 'invited' | 'taken_back' | 'reset'

export interface OperatorsTold {
  problem?: 'email' | 'member' | 'last_operator' | 'no_operator' | 'no_invitation' | 'no_account'
  /** As it was typed: of somebody to be invited, and of somebody who forgot. */
  email?: string
  forgetful?: string
  /** Made just now. */
  link?: string | undefined
}

export function operatorsShown(c: Page, at: Standing, shown: Shown, told: OperatorsTold) {
  const { installation, settings } = words[at.language]
  const [say, people] = [installation.operators, settings.people]
  const { here, after, operators, invitations } = shown
  const done = c.req.query('done') ?? ''
  const dones: Readonly<Record<Done, string>> = { ...people.done, ...say.done }
  const problems = { ...people.problems, ...say.problems }
  const isOnly = after === undefined && operators.next === null && operators.items.length === 1
  return answerIn(
    c,
    at,
    { title: say.list, place: 'operators', status: told.problem === undefined ? 200 : 422 },
    <>
      {told.problem === undefined && isDone(dones, done) && <Told>{dones[done]}</Told>}
      {told.problem && <Problem>{problems[told.problem]}</Problem>}
      <LinkOnce link={told.link} of={done} visit={at} />
      <p class="help">{say.help}</p>
      <ul class="rows">
        {operators.items.map((operator) => (
          <OperatorRow operator={operator} at={at} here={here} isOnly={isOnly} />
        ))}
      </ul>
      <Pager visit={at} here={here} given={{}} after={after} next={operators.next} />
      <InviteForm at={at} here={here} told={told} />
      <Invitations visit={at} here={here} found={invitations} />
      <ForgottenForm at={at} here={here} told={told} />
    </>,
  )
}

const isDone = (dones: Readonly<Record<Done, string>>, text: string): text is Done =>
  Object.hasOwn(dones, text)

interface RowProps {
  operator: Operator
  at: Standing
  here: string
  isOnly: boolean
}

function OperatorRow({ operator: { id, email, ...rest }, at, here, isOnly }: RowProps) {
  const { installation, settings } = words[at.language]
  const [say, people] = [installation.operators, settings.people]
  const isSelf = id === at.person.userId
  return (
    <li>
      <div>
        <strong>{email}</strong>
        {isSelf && <span class="tag">{people.you}</span>}
        <span class="help">
          {say.made} <Moment at={rest.created_at} visit={at} /> ·{' '}
          {rest.one_time_codes ? people.codes : people.noCodes}
        </span>
        {isOnly && <span class="help">{say.lastOperator}</span>}
      </div>
      {!isOnly && (
        <Confirm
          label={people.remove}
          about={email}
          says={isSelf ? say.removeSelf : say.removeSays(email)}
          action={`${here}/${id}/remove`}
          button={say.removeYes}
        />
      )}
    </li>
  )
}

interface FormProps {
  at: Standing
  here: string
  told: OperatorsTold
}

function InviteForm({ at, here, told: { problem, email } }: FormProps) {
  const { installation, settings } = words[at.language]
  const isWrong = problem === 'email' || problem === 'member'
  return (
    <section>
      <h2>{installation.operators.invite}</h2>
      <p class="help">{settings.people.inviteHelp}</p>
      <form method="post" action={`${here}/invite`} class="form">
        <EmailField
          somebody
          name="email"
          label={settings.people.email}
          value={email}
          wrong={isWrong}
        />
        <button type="submit">{settings.people.inviteYes}</button>
      </form>
    </section>
  )
}

function ForgottenForm({ at, here, told: { problem, forgetful } }: FormProps) {
  const { installation, settings } = words[at.language]
  const [say, people] = [installation.operators, settings.people]
  return (
    <section>
      <h2>{say.forgotten}</h2>
      <p class="help">{say.forgottenHelp}</p>
      <form method="post" action={`${here}/reset`} class="form">
        <EmailField
          somebody
          name="forgetful"
          label={people.email}
          value={forgetful}
          wrong={problem === 'no_account'}
        />
        <label class="check">
          <input type="checkbox" name="codes" value="true" />
          <span>{people.resetCodes}</span>
        </label>
        <button type="submit">{people.resetYes}</button>
      </form>
    </section>
  )
}
