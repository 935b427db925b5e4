// The page of people as it looks.
import { isRole, roles } from '../../../access/scopes.ts'
import type { listInvitations, listMembers } from '../../../ledger/access.ts'
import { EmailField, Problem } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Pager } from '../../ui/lists.tsx'
import { Empty, Moment, Told } from '../../ui/marks.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words, type Words } from '../../words.ts'
import { Invitations, LinkOnce } from './invitations.tsx'
import { subPage } from './overview.tsx'

type Say = Words['settings']['people']
type Listed<List extends (...given: never[]) => unknown> = Awaited<ReturnType<List>>
type ItemOf<Found> =
  Extract<Found, { items: unknown }> extends { items: (infer Item)[] } ? Item : never
type Member = ItemOf<Listed<typeof listMembers>>
type Role = Member['role']

interface Found {
  here: string
  after: string | undefined
  members: Listed<typeof listMembers>
  invitations: Listed<typeof listInvitations>
}

/** What is said beside the lists. */
export interface PeopleTold {
  problem?: keyof Say['problems']
  /** As it was typed. */
  email?: string
  role?: Role
  /** Of an invitation made just now. */
  link?: string | undefined
}

export function peopleShown(c: Page, visit: Visit, found: Found, told: PeopleTold) {
  const say = words[visit.language].settings.people
  const { here, after } = found
  const done = c.req.query('done') ?? ''
  const members = 'items' in found.members ? found.members.items : []
  const next = 'next' in found.members ? found.members.next : null
  const owners = members.filter(({ role }) => role === 'owner').length
  const isWhole = after === undefined && next === null
  return answerIn(
    c,
    visit,
    { ...subPage(visit, 'people'), status: told.problem === undefined ? 200 : 422 },
    <>
      {told.problem === undefined && isDone(say, done) && <Told>{say.done[done]}</Told>}
      {told.problem && <Problem>{say.problems[told.problem]}</Problem>}
      <LinkOnce link={told.link} of={done} visit={visit} />
      <section>
        <h2>{say.members}</h2>
        {members.length === 0 ? (
          <Empty>{say.none}</Empty>
        ) : (
          <ul class="rows">
            {members.map((member) => (
              <MemberRow
                member={member}
                isLastOwner={isWhole && member.role === 'owner' && owners === 1}
                visit={visit}
                here={here}
              />
            ))}
          </ul>
        )}
        <Pager visit={visit} here={here} given={{}} after={after} next={next} />
      </section>
      {visit.may('access:write') && <InviteForm visit={visit} here={here} told={told} />}
      <Invitations visit={visit} here={here} found={found.invitations} />
    </>,
  )
}

const isDone = (say: Say, text: string): text is keyof Say['done'] => Object.hasOwn(say.done, text)

interface MemberProps {
  member: Member
  isLastOwner: boolean
  visit: Visit
  here: string
}

function MemberRow({ member, isLastOwner, visit, here }: MemberProps) {
  const say = words[visit.language].settings.people
  const stays = isLastOwner && !visit.person.operator
  const isSelf = member.user_id === visit.person.userId
  return (
    <li>
      <div>
        <strong>{member.email}</strong>
        {isSelf && <span class="tag">{say.you}</span>}
        <span class="help">
          {say.since} <Moment at={member.since} visit={visit} /> ·{' '}
          {member.one_time_codes ? say.codes : say.noCodes}
        </span>
        {isLastOwner && visit.may('access:write') && (
          <span class="help">{stays ? say.lastOwner : say.lastOwnerToOperator}</span>
        )}
      </div>
      {visit.may('access:write') ? (
        <div class="actions">
          {!stays && (
            <form method="post" action={`${here}/${member.id}/role`} class="inline">
              <RoleSelect
                visit={visit}
                chosen={member.role}
                label={say.roleOf(member.email)}
                id={`role-${member.id}`}
              />
              <button type="submit" class="quiet">
                {words[visit.language].common.save}
              </button>
            </form>
          )}
          {!isSelf && (
            <ResetForm visit={visit} person={member} action={`${here}/${member.id}/reset`} />
          )}
          {!stays && (
            <Confirm
              label={say.remove}
              about={member.email}
              says={isSelf ? say.removeSelf : say.removeSays(member.email)}
              action={`${here}/${member.id}/remove`}
              button={say.removeYes}
            />
          )}
        </div>
      ) : (
        <span>{say.roles[member.role]}</span>
      )}
    </li>
  )
}

interface ResetProps {
  visit: Visit
  person: { email: string; one_time_codes: boolean }
  action: string
}

/** For whoever forgot the password, or lost the phone. */
function ResetForm({ visit, person: { email, one_time_codes: codes }, action }: ResetProps) {
  const say = words[visit.language].settings.people
  return (
    <Confirm
      label={say.reset}
      about={email}
      says={say.resetSays(email)}
      action={action}
      button={say.resetYes}
    >
      {codes && (
        <label class="check">
          <input type="checkbox" name="codes" value="true" />
          <span>{say.resetCodes}</span>
        </label>
      )}
    </Confirm>
  )
}

interface RoleSelectProps {
  visit: Visit
  chosen: Role | undefined
  /** Where none is seen. */
  label?: string
  id: string
}

function RoleSelect({ visit, chosen, label, id }: RoleSelectProps) {
  const say = words[visit.language].settings.people
  return (
    <select name="role" id={id} {...(label !== undefined && { 'aria-label': label })}>
      {roleNames.map((role) => (
        <option value={role} selected={role === chosen}>
          {say.roles[role]}
        </option>
      ))}
    </select>
  )
}

const roleNames = Object.keys(roles).filter(isRole)

function InviteForm({ visit, here, told }: { visit: Visit; here: string; told: PeopleTold }) {
  const say = words[visit.language].settings.people
  const isWrong = told.problem === 'email' || told.problem === 'member'
  return (
    <section>
      <h2>{say.invite}</h2>
      <p class="help">{say.inviteHelp}</p>
      <form method="post" action={`${here}/invite`} class="form">
        <EmailField somebody name="email" label={say.email} value={told.email} wrong={isWrong} />
        <fieldset>
          <legend>{say.role}</legend>
          <div class="choices">
            {roleNames.map((role) => (
              <label class="check">
                <input
                  type="radio"
                  name="role"
                  value={role}
                  required
                  checked={role === told.role}
                />
                <span>{roles[role][visit.language]}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <button type="submit">{say.inviteYes}</button>
      </form>
    </section>
  )
}
