// Forms: who may send one, how much, and the fields they are made of.
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Child } from 'hono/jsx'
import { limits } from '../limits.ts'

/** Forms of other sites are refused: a browser adds the reader's cookie to them, too. */
export const ownFormsOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'POST' && !isOwnForm(c))
    return c.text('This form was sent from another site.', 403)
  await next()
  return undefined
}

/** What the browser itself says about where the form stood; whoever sends neither is no browser. */
function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === new URL(c.req.url).host
}

export const smallForm = bodyLimit({
  maxSize: limits.formBytesMax,
  onError: (c) => c.text('This form is too large.', 413),
})

/** For what may be long: keys, certificates, rules. */
export const largeForm = bodyLimit({
  maxSize: limits.changeBytesMax,
  onError: (c) => c.text('This form is too large.', 413),
})

/** Its text fields, trimmed of nothing: a password may begin with a space. */
export async function fieldsOf(c: Context): Promise<(name: string) => string> {
  const given = new Map(Object.entries(await c.req.parseBody()))
  return (name) => {
    const value = given.get(name)
    return typeof value === 'string' ? value : ''
  }
}

/** As above, and all that is ticked under one name. */
export async function ticksOf(c: Context) {
  const given = new Map(Object.entries(await c.req.parseBody({ all: true })))
  const all = (name: string): string[] => {
    const value = given.get(name)
    const values = Array.isArray(value) ? value : [value]
    return values.filter((each) => typeof each === 'string')
  }
  return { all, text: (name: string): string => all(name)[0] ?? '' }
}

export function Problem({ children }: { children?: Child }) {
  return (
    <p class="problem" role="alert" id="problem">
      {children}
    </p>
  )
}

/** To the OpenID provider; with the token of an invitation to accept it there. */
export function OidcForm({ label, invitation }: { label: string; invitation?: string }) {
  return (
    <form method="post" action="/signin/oidc">
      {invitation !== undefined && <input type="hidden" name="invitation" value={invitation} />}
      <button type="submit" class="quiet">
        {label}
      </button>
    </form>
  )
}

const mistaken = { 'aria-invalid': 'true', 'aria-describedby': 'problem' } as const

interface InputProps {
  name: string
  label: string
  value?: string | undefined
  wrong?: boolean
}

/** `somebody`: another person's, which the browser need not fill in. */
export function EmailField({
  name,
  label,
  value = '',
  wrong = false,
  somebody = false,
}: InputProps & { somebody?: boolean }) {
  return (
    <>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="email"
        autocomplete={somebody ? 'off' : 'username'}
        required
        maxlength={limits.emailCharsMax}
        value={value}
        {...(wrong && mistaken)}
      />
    </>
  )
}

/** A password that is there already: nothing is asked of its form. `id`: where a page has two. */
export function PasswordField({
  name,
  id = name,
  label,
  wrong = false,
}: InputProps & { id?: string }) {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type="password"
        autocomplete="current-password"
        required
        maxlength={limits.passwordCharsMax}
        {...(wrong && mistaken)}
      />
    </>
  )
}

export function NewPasswordField({
  name,
  label,
  help,
  wrong = false,
}: InputProps & { help: string }) {
  return (
    <>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="password"
        autocomplete="new-password"
        required
        minlength={limits.passwordCharsMin}
        maxlength={limits.passwordCharsMax}
        aria-describedby={`${name}-help`}
        {...(wrong && mistaken)}
      />
      <p class="help" id={`${name}-help`}>
        {help}
      </p>
    </>
  )
}

export function CodeField({ name, label, wrong = false }: InputProps) {
  return (
    <>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        required
        maxlength={10}
        class="code"
        {...(wrong && mistaken)}
      />
    </>
  )
}
