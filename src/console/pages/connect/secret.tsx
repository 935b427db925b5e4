// The step in which the provider's secret comes here.
import { change, type Mistake } from '../../change.ts'
import { fieldsOf } from '../../forms.tsx'
import { nameOf } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { CredentialForm, credentialGiven } from '../sources/credential-form.tsx'
import { answerStep, on, stepHref, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

export async function secretDone(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const given = credentialGiven(provider, await fieldsOf(c))
  const done = await change(parts, visit, (editor, deps, editing) =>
    editor.writeCredential(deps, editing, { source: source.id }, given),
  )
  if (done.ok) return on(c, visit, connecting, 'first')
  const standing = await standingOf(c, parts, visit, source, provider)
  return SecretStep(c, visit, { ...standing, step: 'secret' }, done.mistakes)
}

export function SecretStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  mistakes: readonly Mistake[],
) {
  const { source, provider } = standing
  const { language, base } = visit
  const say = words[language].connect.secret
  const here = `${base}/sources/${source.id}`
  const hasOne = source.credentials.some(({ state }) => state !== 'ended')
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title(nameOf(provider, language)), status: mistakes.length > 0 ? 422 : 200 },
    <>
      <p>{provider.guide.secret[language]}</p>
      {hasOne && (
        <p>
          {say.have} <a href={stepHref(visit, standing, 'first')}>{say.skip}</a>
        </p>
      )}
      <form method="post" action={`${here}/connect/secret`} class="form" autocomplete="off">
        <CredentialForm
          visit={visit}
          provider={provider}
          mistakes={mistakes}
          checkAt={`${here}/credentials/check`}
        />
        <button type="submit">{say.next}</button>
      </form>
    </>,
  )
}
