// Fields of forms about a partner's things: each with its label, its help, and what is wrong with it.
import type { Child } from 'hono/jsx'
import type { Mistake } from '../change.ts'

interface FieldProps {
  name: string
  label: string
  help?: string | undefined
  mistakes: readonly Mistake[]
  children(attributes: Record<string, string>): Child
}

export function Field({ name, label, help, mistakes, children }: FieldProps) {
  const own = mistakes.filter(({ field }) => field === name)
  const described = [
    ...(own.length > 0 ? [`${name}-problem`] : []),
    ...(help ? [`${name}-help`] : []),
  ]
  const attributes = {
    id: name,
    name,
    ...(own.length > 0 && { 'aria-invalid': 'true' }),
    ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
  }
  return (
    <>
      <label for={name}>{label}</label>
      {children(attributes)}
      {own.length > 0 && (
        <p class="wrong" id={`${name}-problem`}>
          {own.map(({ says }) => says).join('; ')}
        </p>
      )}
      {help !== undefined && help !== '' && (
        <p class="help" id={`${name}-help`}>
          {help}
        </p>
      )}
    </>
  )
}

interface TextProps {
  name: string
  label: string
  value: string
  help?: string | undefined
  mistakes: readonly Mistake[]
  type?: 'text' | 'url' | 'number' | 'datetime-local' | 'password'
  required?: boolean
  max?: number
}

export function TextField({
  type = 'text',
  value,
  required = false,
  max = 200,
  ...props
}: TextProps) {
  return (
    <Field {...props}>
      {(attributes) => (
        <input
          {...attributes}
          type={type}
          value={value}
          required={required}
          autocomplete="off"
          spellcheck={false}
          {...(type === 'number' ? { step: 'any', min: '0' } : { maxlength: max })}
        />
      )}
    </Field>
  )
}

interface SelectProps {
  name: string
  label: string
  value: string
  help?: string | undefined
  mistakes: readonly Mistake[]
  options: readonly (readonly [value: string, label: string])[]
}

export function SelectField({ value, options, ...props }: SelectProps) {
  return (
    <Field {...props}>
      {(attributes) => (
        <select {...attributes}>
          {options.map(([each, label]) => (
            <option value={each} selected={each === value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** Those that belong to none of these fields. */
export function OtherMistakes({
  mistakes,
  fields,
}: {
  mistakes: readonly Mistake[]
  fields: readonly string[]
}) {
  const others = mistakes.filter(({ field }) => !fields.includes(field))
  if (others.length === 0) return null
  return (
    <div class="problem" role="alert" id="problem">
      {others.map(({ field, says }) => (
        <div>{field === '' ? says : `${field}: ${says}`}</div>
      ))}
    </div>
  )
}
