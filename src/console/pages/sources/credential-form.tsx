// The fields of a credential: which belong together is the provider's business. What looks like a usual
// mistake is said while it is typed, and asked about once more before it is saved: whoever knows better saves it
// all the same.
import { oddity } from '../../../diagnosis/pasted.ts'
import { limits } from '../../../limits.ts'
import type { CredentialFields, Provider, Text } from '../../../providers/provider.ts'
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

/** The forms a credential may have; `name`: of the form in the page. */
const formsOf = ({ credentials }: Provider) =>
  credentials.map((fields) => ({ name: fields.join('+'), fields }))
type Form = ReturnType<typeof formsOf>[number]

/** As somebody filled it in. */
export interface Filled {
  form: string
  /** Of every form, so that nothing typed is lost. */
  values: Readonly<Record<string, string>>
  /** What is odd about it, by its field. */
  odd?: { field: string; says: Text } | undefined
  /** Saved all the same. */
  isSure: boolean
}

/** `url`: the source's own, which is pasted by mistake. */
export function filledIn(
  provider: Provider,
  url: string | undefined,
  field: (name: string) => string,
): Filled {
  const forms = formsOf(provider)
  const names = [...new Set(forms.flatMap(({ fields }) => fields))]
  const values = Object.fromEntries(names.map((name) => [name, field(name)]))
  const meant = formMeant(forms, field)
  const odd = oddField(provider, meant?.fields ?? [], url, field)
  return { form: meant?.name ?? '', values, odd, isSure: field('sure') !== '' }
}

/** The one that was chosen, unless it was left empty and another was filled in. */
function formMeant(forms: readonly Form[], field: (name: string) => string): Form | undefined {
  const isFilled = (name: FieldName) => field(name).trim() !== ''
  const chosen = forms.find(({ name }) => name === field('form')) ?? forms[0]
  return (
    [chosen].find((form) => form?.fields.some(isFilled)) ??
    forms.find(({ fields }) => fields.every(isFilled)) ??
    forms.find(({ fields }) => fields.some(isFilled)) ??
    chosen
  )
}

function oddField(
  provider: Provider,
  fields: readonly FieldName[],
  url: string | undefined,
  field: (name: string) => string,
): Filled['odd'] {
  for (const name of fields) {
    const says = oddity({ provider, field: name, text: field(name), url })
    if (says !== undefined) return { field: name, says }
  }
  return undefined
}

/** It looks like a mistake, and nobody has said that it is none. */
export const isDoubted = ({ odd, isSure }: Filled): boolean => odd !== undefined && !isSure

/** Only fields that belong to its form. As text, so that nothing is looked up. */
export function credentialOf(
  provider: Provider,
  { form, values }: Filled,
): Record<string, { text: string }> {
  const fields = formsOf(provider).find(({ name }) => name === form)?.fields ?? []
  return Object.fromEntries(fields.map((name) => [name, { text: (values[name] ?? '').trim() }]))
}

interface FieldsProps {
  visit: Visit
  provider: Provider
  mistakes: readonly Mistake[]
  /** Where what is typed is looked at. */
  checkAt: string
  filled?: Filled | undefined
  /** It can be left out. */
  optional?: boolean
}

export function CredentialForm({ filled, optional = false, ...props }: FieldsProps) {
  const { visit, provider, mistakes } = props
  const { form: say, fields: labels } = words[visit.language].sources
  const forms = formsOf(provider)
  const names = [...new Set(forms.flatMap(({ fields }) => fields))]
  const [only, ...others] = forms
  const inputs = ({ fields }: Form, required: boolean) =>
    fields.map((name) => <Input {...props} name={name} filled={filled} required={required} />)
  return (
    <>
      <OtherMistakes mistakes={mistakes} fields={names} />
      {only !== undefined && others.length === 0 && inputs(only, !optional)}
      {others.length > 0 && (
        <fieldset>
          <legend>{say[askedBy(provider)]}</legend>
          {forms.map((form, n) => (
            <div class="way">
              <label class="check">
                <input
                  type="radio"
                  name="form"
                  value={form.name}
                  checked={filled === undefined ? n === 0 : filled.form === form.name}
                />
                {form.fields.map((field) => labels[field]).join(' + ')}
              </label>
              <div class="fields">{inputs(form, false)}</div>
            </div>
          ))}
        </fieldset>
      )}
      {filled?.odd !== undefined && <Sure visit={visit} says={filled.odd.says} />}
      <p class="help">{say.asTyped}</p>
    </>
  )
}

/** Whether the sender shows it, or its owner decides. */
function askedBy({ visit, guide, kind }: Provider): 'oneOf' | 'oneOfOurs' | 'oneOfLinks' {
  if (visit !== undefined) return 'oneOfLinks'
  return guide.inventedCharsMin !== undefined || kind === 'generic' ? 'oneOfOurs' : 'oneOf'
}

interface InputProps {
  visit: Visit
  name: FieldName
  mistakes: readonly Mistake[]
  checkAt: string
  filled: Filled | undefined
  required: boolean
}

function Input({ visit, name, mistakes, checkAt, filled, required }: InputProps) {
  const label = words[visit.language].sources.fields[name]
  const value = filled?.values[name] ?? ''
  return (
    <Field name={name} label={label} mistakes={mistakes}>
      {(attributes) =>
        long.has(name) ? (
          <textarea {...attributes} spellcheck={false} maxlength={limits.changeBytesMax}>
            {value}
          </textarea>
        ) : (
          <>
            <input
              {...attributes}
              type={name === 'username' || name === 'jwksUrl' ? 'text' : 'password'}
              value={value}
              autocomplete="off"
              spellcheck={false}
              required={required}
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
  )
}

/** What is odd, and the tick without which it is not saved. */
function Sure({ visit, says }: { visit: Visit; says: Text }) {
  const say = words[visit.language].sources.form
  return (
    <div class="problem" role="alert" id="problem">
      {says[visit.language]}
      <label class="check">
        <input type="checkbox" name="sure" value="yes" />
        {say.sure}
      </label>
    </div>
  )
}

/** What is odd about the one field that was typed into. */
export const oddityIn = (
  provider: Provider,
  url: string | undefined,
  field: (name: string) => string,
): Text | undefined => filledIn(provider, url, field).odd?.says
