// Passkeys, as far as the browser itself has to do it: it asks the relay for a challenge, the device for an
// answer, and sends the answer with the form. Loaded by the two pages that have such a form. Keys that a
// program keeps have no toJSON that works, so what is read and written is written here.
export const passkeyScript = `'use strict'
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
function read({ challenge, user, excludeCredentials = [], ...rest }) {
  return {
    ...rest,
    challenge: bytesOf(challenge),
    ...(user && { user: { ...user, id: bytesOf(user.id) } }),
    ...(user && { excludeCredentials: excludeCredentials.map((each) => ({ ...each, id: bytesOf(each.id) })) }),
  }
}
const fields = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
function written({ rawId, type, response }) {
  const known = fields.filter((each) => response[each])
  return JSON.stringify({
    id: textOf(rawId),
    type,
    response: Object.fromEntries(known.map((each) => [each, textOf(response[each])])),
  })
}
// Browsers do not say whether somebody has said no or nothing: the time tells.
function reasonOf({ name }, waitedMs, timeout) {
  if (name === 'NotAllowedError' || name === 'AbortError')
    return waitedMs > timeout - 1000 ? 'late' : 'cancelled'
  return { InvalidStateError: 'already', NotSupportedError: 'unable', ConstraintError: 'unable' }[name] ?? 'failed'
}
async function ask(form, says, tell) {
  let asked
  let begun
  try {
    asked = await fetch(form.dataset.passkey, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
    // Signed out meanwhile.
    if (asked.redirected) return location.assign(asked.url)
    begun = await asked.json()
  } catch {
    return tell(says.failed)
  }
  if (!asked.ok) return tell(begun.says)
  const since = performance.now()
  try {
    const key = await navigator.credentials[form.dataset.does]({ publicKey: read(begun.options) })
    form.elements.answer.value = written(key)
  } catch (error) {
    return tell(says[reasonOf(error, performance.now() - since, begun.options.timeout)])
  }
  // The password has been looked at: it need not travel again.
  for (const field of form.querySelectorAll('input:not([name=answer])')) field.disabled = true
  form.submit()
}
document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!form.matches('form[data-passkey]')) return
  event.preventDefault()
  const told = form.querySelector('[role=alert]')
  const tell = (text) => {
    told.textContent = text
    told.hidden = text === ''
  }
  const button = form.querySelector('button')
  button.disabled = true
  tell('')
  await ask(form, JSON.parse(form.dataset.says), tell)
  button.disabled = false
})
for (const form of document.querySelectorAll('form[data-passkey]')) {
  const isHere = Boolean(window.PublicKeyCredential) && location.origin === form.dataset.origin
  form.hidden = !isHere
  for (const each of document.querySelectorAll('[data-without-passkeys]')) each.hidden = isHere
}
`
