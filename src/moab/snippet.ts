// What is kept of an answer for a person to read. Never an email, never a key: whatever looks like
// one is masked before the text is cut, so that a cut cannot leave half of one behind.
import { limits } from '../limits.ts'

/** Everything invisible but the white space, which becomes one blank below. */
const invisible = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}]|(?!\s)\p{Cc}/gu
const white = /\s+/g
/** A word with an at sign in it, in the spellings of JSON, HTML and URLs too. */
const address =
  /[^\s"'<>,;:()[\]{}=|]{0,320}(?:@|＠|%40|\\u0040|&#0*64;|&#x0*40;|&commat;)[^\s"'<>,;:()[\]{}=|]{0,320}/gi
/** A GUID with or without dashes, and the larger part of one. */
const key = /[0-9a-f][0-9a-f-]{14,}[0-9a-f]/gi
/** Short, printable ASCII, no at sign in any spelling: MOAB's own answers, read quickly. */
const tame = /^[ -$'-?A-[\]-~]{0,300}$/
const lastWord = /[^\s"'<>,;:()[\]{}=|]*$/

/** `secrets`: texts known to be secret or personal in this call, masked wherever they stand. */
export function snippetOf(text: string, secrets: readonly string[]): string {
  if (tame.test(text)) return withoutSecrets(text, secrets).replace(key, '[key]')
  const whole = text.length <= limits.moabSnippetSourceCharsMax
  const start = whole ? text : text.slice(0, limits.moabSnippetSourceCharsMax)
  const visible = start.replace(invisible, '').replace(white, ' ').trim()
  const safe = withoutSecrets(visible, secrets)
  // The last word may be the first half of something that no pattern knows any more.
  return (whole ? safe : safe.replace(lastWord, ''))
    .replace(address, '[email]')
    .replace(key, '[key]')
    .slice(0, limits.moabSnippetCharsMax)
    .toWellFormed()
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let safe = text
  for (const secret of secrets) if (secret !== '') safe = safe.replaceAll(secret, '[…]')
  return safe
}
