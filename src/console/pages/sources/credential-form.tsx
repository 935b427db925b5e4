// The fields of a credential: which belong together is the provider's business. What looks like a usual
// mistake is said while it is typed; it is advice, and never keeps anybody from saving.
import { oddity } from '../../../diagnosis/pasted.ts'
import { limits } from '../../../limits.ts'
import type { CredentialFields, Provider } from '../../../providers/provider.ts'
import type { Mistake } from '../../change.ts'
import { Field, OtherMistakes } from '../../ui/fields.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

type FieldName = CredentialFields[number]

/** These are long, of several lines, and no secret. */
const long: ReadonlySet<FieldName> = new Set([
  'publicKey',
  'certificate',
  'rootCertificate',
  'jwks',
])

/** The forms a credential may have, without doubles; `name`: of the form in the page. */
const formsOf = ({ credentials }: Provider) =>
  credentials.map((fields) => ({ name: fields.join('+'), fields }))

/** Of the form that was chosen; only fields that belong to it. As text, so that nothing is looked up. */
export function credentialGiven(
  provider: Provider,
  field: (name: string) => string,
): Record<string, unknown> {
  const forms = formsOf(provider)
  const chosen = forms.find(({ name }) => name === field('form')) ?? forms[0]
  return Object.fromEntries(
    (chosen?.fields ?? []).map((name) => [name, { text: field(name).trim() }] as const),
  )
}

interface FieldsProps {
  visit: Visit
  provider: Provider
  mistakes: readonly Mistake[]
  /** Where what is typed is looked at. */
  checkAt: string
  chosen?: string
}

export function CredentialForm({ visit, provider, mistakes, checkAt, chosen }: FieldsProps) {
  const { form: say, fields: labels } = words[visit.language].sources
  const forms = formsOf(provider)
  const names = [...new Set(forms.flatMap(({ fields }) => fields))]
  return (
    <>
      <OtherMistakes mistakes={mistakes} fields={names} />
      {forms.length > 1 && (
        <fieldset>
          <legend>{say.oneOf}</legend>
          {forms.map(({ name, fields }, n) => (
            <label class="check">
              <input
                type="radio"
                name="form"
                value={name}
                checked={chosen === undefined ? n === 0 : chosen === name}
              />
              {fields.map((field) => labels[field]).join(' + ')}
            </label>
          ))}
        </fieldset>
      )}
      {names.map((name) => (
        <Field name={name} label={labels[name]} mistakes={mistakes}>
          {(attributes) =>
            long.has(name) ? (
              <textarea
                {...attributes}
                spellcheck={false}
                maxlength={limits.changeBytesMax}
              ></textarea>
            ) : (
              <>
                <input
                  {...attributes}
                  type={name === 'username' || name === 'jwksUrl' ? 'text' : 'password'}
                  autocomplete="off"
                  spellcheck={false}
                  required={forms.length === 1}
                  maxlength={limits.secretCharsMax}
                  hx-post={checkAt}
                  hx-trigger="input changed delay:300ms"
                  hx-target={`#${name}-odd`}
                  hx-include="this"
                />
                <p class="wrong" id={`${name}-odd`} role="status"></p>
              </>
            )
          }
        </Field>
      ))}
      <p class="help">{say.asTyped}</p>
    </>
  )
}

/** What is odd about the one field that was typed into. */
export function oddityIn(
  provider: Provider,
  url: string | undefined,
  field: (name: string) => string,
): ReturnType<typeof oddity> {
  const names = formsOf(provider).flatMap(({ fields }) => fields)
  for (const name of names) {
    const found = oddity({ provider, field: name, text: field(name), url })
    if (found !== undefined) return found
  }
  return undefined
}
