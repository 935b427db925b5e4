// Parts of a source's page: its credentials, each with what can be done, and its rules in their order.
import type { listRules } from '../../../ledger/setup.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Listed } from '../../found.ts'
import { Ago, Moment } from '../../ui/marks.tsx'
import type { Source } from '../../ui/standing.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

type Rule = Listed<typeof listRules>
export type Credential = Source['credentials'][number]

interface PartProps {
  visit: Visit
  here: string
  mayWrite: boolean
}

interface CredentialsProps extends PartProps {
  source: Source
  provider: Provider
  now: number
}

export function Credentials({ source, provider, visit, here, mayWrite, now }: CredentialsProps) {
  const say = words[visit.language].sources.one
  if (provider.credentials.length === 0)
    return (
      <section>
        <h2>{say.credentials}</h2>
        <p class="help">{say.credentialsUnneeded}</p>
      </section>
    )
  return (
    <section>
      <h2 id="credentials">{say.credentials}</h2>
      {source.credentials.length === 0 && <p>{say.credentialsNone}</p>}
      <ul class="rows">
        {source.credentials.map((credential) => (
          <li>
            <div>
              <strong>{credential.name}</strong>
              <Use credential={credential} visit={visit} now={now} />
            </div>
            {mayWrite && <Actions credential={credential} visit={visit} here={here} />}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <p>
          <a class="button quiet" href={`${here}/credentials/new`}>
            {say.addCredential}
          </a>
        </p>
      )}
    </section>
  )
}

interface CredentialProps {
  credential: Credential
  visit: Visit
}

/** When it last proved a request, and until when it may. */
function Use({ credential, visit, now }: CredentialProps & { now: number }) {
  const say = words[visit.language].sources.one
  const { state, last_used_at: used, valid_until: until } = credential
  return (
    <span class="help">
      {used === null ? (
        say.neverUsed
      ) : (
        <>
          {say.lastUsed} <Ago at={used} visit={visit} now={now} />
        </>
      )}
      {until !== null && (
        <>
          {' · '}
          {state === 'ended' ? say.endedAt : say.endsAt} <Moment at={until} visit={visit} />
        </>
      )}
    </span>
  )
}

function Actions({ credential, visit, here }: CredentialProps & { here: string }) {
  const say = words[visit.language].sources.one
  const to = `${here}/credentials/${credential.id}`
  return (
    <div class="actions">
      {credential.state !== 'ended' && (
        <a class="button quiet" href={`${to}/rotate`}>
          {say.rotate}
        </a>
      )}
      <a class="button quiet" href={`${to}/remove`}>
        {say.remove}
      </a>
    </div>
  )
}

interface RulesProps extends PartProps {
  source: Source
  rules: readonly Rule[]
  /** Archived: they can be brought back from their pages. */
  removed: readonly Rule[]
}

/** In the order in which they are asked. */
export function Rules({ source, rules, removed, visit, here, mayWrite }: RulesProps) {
  const say = words[visit.language].sources.one
  return (
    <section>
      <h2 id="rules">{say.rules}</h2>
      {rules.length === 0 && source.archived_at === null && <p>{say.rulesNone}</p>}
      <ol class="rows">
        {rules.map(({ id, name, campaign, enabled }, n) => (
          <li>
            <div>
              <a href={`${visit.base}/rules/${id}`}>
                <strong>{name}</strong>
              </a>
              <span class="help">
                → {campaign.name}
                {!enabled && ` · ${say.paused}`}
              </span>
            </div>
            {mayWrite && rules.length > 1 && (
              <div class="actions">
                <Move to={n - 1} id={id} label={say.up} visit={visit} disabled={n === 0} />
                <Move
                  to={n + 1}
                  id={id}
                  label={say.down}
                  visit={visit}
                  disabled={n === rules.length - 1}
                />
              </div>
            )}
          </li>
        ))}
      </ol>
      {mayWrite && (
        <p>
          <a class="button quiet" href={`${here}/rules/new`}>
            {say.addRule}
          </a>
        </p>
      )}
      {removed.length > 0 && <Removed rules={removed} visit={visit} />}
    </section>
  )
}

function Removed({ rules, visit }: { rules: readonly Rule[]; visit: Visit }) {
  return (
    <details class="more">
      <summary>{words[visit.language].sources.one.rulesRemoved}</summary>
      <ul class="rows">
        {rules.map(({ id, name, campaign }) => (
          <li>
            <div>
              <a href={`${visit.base}/rules/${id}`}>{name}</a>
              <span class="help">→ {campaign.name}</span>
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}

interface MoveProps {
  to: number
  id: string
  label: string
  visit: Visit
  disabled: boolean
}

const Move = ({ to, id, label, visit, disabled }: MoveProps) => (
  <form method="post" action={`${visit.base}/rules/${id}/move`}>
    <input type="hidden" name="position" value={String(to)} />
    <button type="submit" class="quiet" disabled={disabled}>
      {label}
    </button>
  </form>
)
