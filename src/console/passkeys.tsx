// Passkeys in the account, and the button at sign-in. The browser is asked by a script of ours (see
// passkey-script.ts), so both forms are hidden until it runs; what comes of them are ordinary pages.
import type { Child } from 'hono/jsx'
import type { passkeysOf } from '../access/passkeys.ts'
import { siteOf, type Site } from '../access/webauthn.ts'
import { limits } from '../limits.ts'
import { PasswordField } from './forms.tsx'
import { momentIn } from './moments.ts'
import type { Language } from './page.tsx'
import { outside, type ConsoleParts } from './parts.ts'
import { stepCookie } from './step-cookie.ts'
import { Confirm } from './ui/confirm.tsx'
import type { Page } from './visit.ts'
import { words, type Words } from './words.ts'

export const passkeySteps = stepCookie('passkey', limits.passkeyStepMs)

/** Undefined where passkeys cannot be: see siteOf. */
export const siteHere = (c: Page, parts: ConsoleParts): Site | undefined =>
  siteOf(outside(c, parts))

interface FormProps {
  site: Site
  language: Language
  action: string
  does: 'create' | 'get'
  button: Child
  /** What is filled in before. */
  children?: Child
}

/** Shown by the script that serves it. */
function PasskeyForm({ site, language, action, does, button, children }: FormProps) {
  return (
    <form
      method="post"
      action={action}
      class={does === 'create' ? 'form' : undefined}
      data-passkey={`${action}/begin`}
      data-does={does}
      data-origin={site.origin}
      data-says={JSON.stringify(words[language].passkeys[does])}
      hidden
    >
      {children}
      <input type="hidden" name="answer" value="" />
      <p class="problem after" role="alert" hidden></p>
      {button}
      <script src="/console/passkeys.js" defer></script>
    </form>
  )
}

/** Nothing where there are none. */
export function PasskeyButton({ site, language }: { site: Site | undefined; language: Language }) {
  if (site === undefined) return null
  const button = (
    <button type="submit" class="quiet">
      {words[language].passkeys.signIn}
    </button>
  )
  return (
    <PasskeyForm
      site={site}
      language={language}
      action="/signin/passkey"
      does="get"
      button={button}
    />
  )
}

export const passkeysPath = '/console/account/passkeys'

interface PasskeysProps {
  say: Words['passkeys']
  reader: { language: Language; timeZone: string }
  site: Site | undefined
  passkeys: Awaited<ReturnType<typeof passkeysOf>>
  /** How a new one is called until its owner calls it otherwise. */
  name: string
  /** The label of the present password; undefined: there is none to be asked for. */
  current: string | undefined
}

export function Passkeys({ say, reader, site, passkeys, name, current }: PasskeysProps) {
  return (
    <>
      <p>{say.why}</p>
      {passkeys.length > 0 && (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <PasskeyRow say={say} reader={reader} site={site} passkey={passkey} />
          ))}
        </ul>
      )}
      {site === undefined ? (
        <p class="help">{say.nowhere}</p>
      ) : (
        <>
          <p class="help" data-without-passkeys>
            {say.elsewhere(site.origin)}
          </p>
          <PasskeyForm
            site={site}
            language={reader.language}
            action={passkeysPath}
            does="create"
            button={<button type="submit">{say.add}</button>}
          >
            <label for="passkey-name">{say.name}</label>
            <input
              id="passkey-name"
              name="name"
              type="text"
              autocomplete="off"
              required
              maxlength={limits.nameCharsMax}
              value={name}
              aria-describedby="passkey-name-help"
            />
            <p class="help" id="passkey-name-help">
              {say.nameHelp}
            </p>
            {current !== undefined && (
              <PasswordField name="current" id="passkey-current" label={current} />
            )}
          </PasskeyForm>
        </>
      )}
    </>
  )
}

type RowProps = Pick<PasskeysProps, 'say' | 'reader' | 'site'> & {
  passkey: PasskeysProps['passkeys'][number]
}

function PasskeyRow({ say, reader: { language, timeZone }, site, passkey }: RowProps) {
  const { id, name, rpId, createdAt, usedAt } = passkey
  const moment = (at: Date) => momentIn(language, at, timeZone)
  const told = [
    say.added(moment(createdAt)),
    usedAt === null ? say.unused : say.used(moment(usedAt)),
    ...(rpId === site?.rpId ? [] : [say.onlyAt(rpId)]),
  ]
  return (
    <li>
      <div>
        <strong>{name}</strong>
        <span class="help">{told.join(' · ')}</span>
      </div>
      <Confirm
        label={say.remove}
        about={name}
        says={say.removeSays(name)}
        action={`${passkeysPath}/${id}/remove`}
        button={say.removeYes}
      />
    </li>
  )
}
