// What the pages do by themselves where scripts run; without, everything works as well. No framework:
// htmx does the rest.
export const script = `'use strict'
// The reader's own time zone, until another is chosen.
if (!document.cookie.includes('moab_relay_zone=')) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const secure = location.protocol === 'https:' ? '; secure' : ''
  document.cookie = 'moab_relay_zone=' + zone + '; path=/; samesite=lax; max-age=31536000' + secure
}
function prepare(root) {
  for (const button of root.querySelectorAll('button[data-copy]')) {
    if (navigator.clipboard) button.hidden = false
  }
  for (const each of root.querySelectorAll('[data-scripted]')) each.hidden = false
  for (const each of root.querySelectorAll('[data-unscripted]')) each.hidden = true
}
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]')
  if (!button) return
  const from = button.dataset.copyFrom
  const text = from ? document.getElementById(from).textContent : button.dataset.copy
  await navigator.clipboard.writeText(text)
  const label = button.textContent
  button.textContent = button.dataset.copied
  setTimeout(() => { button.textContent = label }, 1500)
})
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-goes]')) event.target.form.requestSubmit()
})
prepare(document)
document.addEventListener('htmx:after:swap', () => prepare(document))
`
