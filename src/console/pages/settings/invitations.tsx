// Invitations that are open, and the link that is shown once: of a partner, and of the installation.
import type { listInvitations } from '../../../ledger/access.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copyable, Moment } from '../../ui/marks.tsx'
import type { Standing } from '../../visit.ts'
import { words } from '../../words.ts'

type Found = Awaited<ReturnType<typeof listInvitations>>
type Invitation = Extract<Found, { items: unknown }>['items'][number]

interface LinkProps {
  link: string | undefined
  /** What was done: an invitation, or a link for a new password. */
  of: string
  visit: Standing
}

export function LinkOnce({ link, of, visit }: LinkProps) {
  const say = words[visit.language].settings.people
  if (link === undefined) return null
  const label = of === 'reset' ? say.resetLink : say.link
  return (
    <div class="card once">
      <h2 class="plain">{label}</h2>
      <Copyable text={link} visit={visit} label={label} />
      <p class="help">{say.linkOnce}</p>
    </div>
  )
}

interface InvitationsProps {
  visit: Standing
  here: string
  found: Found
}

export function Invitations({ visit, here, found }: InvitationsProps) {
  const { people: say, more } = words[visit.language].settings
  const open = 'items' in found ? found.items : []
  return (
    <section>
      <h2>{say.open}</h2>
      {open.length === 0 && <p class="help">{say.noneOpen}</p>}
      {open.length > 0 && (
        <ul class="rows">
          {open.map((invitation) => (
            <InvitationRow invitation={invitation} visit={visit} here={here} />
          ))}
        </ul>
      )}
      {'next' in found && found.next !== null && <p class="help">{more}</p>}
    </section>
  )
}

interface InvitationProps {
  invitation: Invitation
  visit: Standing
  here: string
}

function InvitationRow({ invitation: { id, email, role, ...rest }, visit, here }: InvitationProps) {
  const say = words[visit.language].settings.people
  return (
    <li>
      <div>
        <strong>{email}</strong>
        <span class="help">
          {role !== null && `${say.roles[role]} · `}
          {say.until} <Moment at={rest.expires_at} visit={visit} />
        </span>
      </div>
      {visit.may('access:write') && (
        <Confirm
          label={say.takeBack}
          about={email}
          says={say.takeBackSays(email)}
          action={`${here}/invitations/${id}/end`}
          button={say.takeBackYes}
        />
      )}
    </li>
  )
}
