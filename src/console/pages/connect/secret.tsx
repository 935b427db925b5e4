// The step in which the provider's secret comes here. A new one takes the place of one that has never proved
// a request: it was a mistake. Beside one that has, it is added.
import { newSecret } from '../../../access/secret.ts'
import { bringsItsKeys, hasNoSecret } from '../../../providers/needs.ts'
import type { Provider } from '../../../providers/provider.ts'
import { change, type Mistake } from '../../change.ts'
import { fieldsOf } from '../../forms.tsx'
import { nameOf } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import {
  CredentialForm,
  credentialOf,
  filledIn,
  isDoubted,
  type Filled,
} from '../sources/credential-form.tsx'
import { urlOf } from '../sources/credentials.tsx'
import { answerStep, on, stepHref, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

export async function secretDone(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const filled = filledIn(provider, await urlOf(c, parts, visit, source), await fieldsOf(c))
  const again = async (mistakes: readonly Mistake[]) => {
    const standing = await standingOf(c, parts, visit, source, provider)
    return SecretStep(c, visit, { ...standing, step: 'secret' }, mistakes, filled)
  }
  if (isDoubted(filled)) return again([])
  const given = credentialOf(provider, filled)
  const unproven = await neverProved(visit, connecting, Object.keys(given))
  const of = unproven === undefined ? { source: source.id } : { credential: unproven }
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeCredential(deps, editing, of, given),
  )
  if (!done.ok) return again(done.mistakes)
  // The links can be made now.
  return provider.visit === undefined
    ? on(c, visit, connecting, 'first')
    : c.redirect(`${stepHref(visit, connecting, 'address')}#make`, 303)
}

/** The newest credential of the same fields that no request was signed with yet. */
async function neverProved(
  { partner }: Visit,
  { parts, source }: Connecting,
  fields: readonly string[],
): Promise<string | undefined> {
  const active = await parts.history.sourceById(partner.id, source.id)
  if (active === undefined || 'broken' in active) return undefined
  const alike = active.credentials.flatMap(({ credential: { id, ...held } }) =>
    fields.every((field) => Object.hasOwn(held, field)) ? [id] : [],
  )
  return source.credentials
    .filter(({ state, last_used_at: used }) => state !== 'ended' && used === null)
    .findLast(({ id }) => alike.includes(id))?.id
}

export function SecretStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  mistakes: readonly Mistake[],
  filled?: Filled,
) {
  const { source, provider } = standing
  const { language } = visit
  const say = words[language].connect.secret
  const hasOne = source.credentials.some(({ state }) => state !== 'ended')
  const isOptional = bringsItsKeys(provider)
  const isInvented = provider.visit !== undefined && !hasOne && filled === undefined
  const form = (
    <SecretForm
      visit={visit}
      standing={standing}
      mistakes={mistakes}
      filled={isInvented ? invented() : filled}
    />
  )
  return answerStep(
    c,
    visit,
    standing,
    {
      title: titleOf(provider, visit),
      status: mistakes.length > 0 || filled?.odd !== undefined ? 422 : 200,
    },
    <>
      <p>{provider.guide.secret[language]}</p>
      {hasOne && (
        <p>
          {say.have} <a href={stepHref(visit, standing, 'first')}>{say.skip}</a>
        </p>
      )}
      {isOptional && !hasOne && (
        <p>
          {say.optional}{' '}
          <a class="button" href={stepHref(visit, standing, 'first')}>
            {say.skip}
          </a>
        </p>
      )}
      {isInvented && <p>{say.invented}</p>}
      {isOptional ? (
        <details open={filled !== undefined} class="more">
          <summary>{say.own}</summary>
          {form}
        </details>
      ) : (
        form
      )}
    </>,
  )
}

const invented = (): Filled => ({
  form: 'secret',
  values: { secret: newSecret() },
  isSure: false,
})

function titleOf(provider: Provider, { language }: Visit): string {
  const say = words[language].connect.secret
  const name = nameOf(provider, language)
  if (provider.visit !== undefined) return say.titleLinks
  if (bringsItsKeys(provider)) return say.titleNone(name)
  if (hasNoSecret(provider)) return say.titleKeys(name)
  return provider.guide.inventedCharsMin === undefined ? say.title(name) : say.titleInvented(name)
}

interface FormProps {
  visit: Visit
  standing: Standing
  mistakes: readonly Mistake[]
  filled: Filled | undefined
}

function SecretForm({ visit, standing: { source, provider }, mistakes, filled }: FormProps) {
  const here = `${visit.base}/sources/${source.id}`
  return (
    <form method="post" action={`${here}/connect/secret`} class="form" autocomplete="off">
      <CredentialForm
        visit={visit}
        provider={provider}
        mistakes={mistakes}
        checkAt={`${here}/credentials/check`}
        filled={filled}
      />
      <button type="submit">{words[visit.language].connect.secret.next}</button>
    </form>
  )
}
