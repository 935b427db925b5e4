// What is said to whoever asks for a page that is not there, or not theirs.
import type { Context } from 'hono'
import { answerIn, answerPage } from './page.tsx'
import type { Standing } from './visit.ts'
import { words } from './words.ts'

export const notThere = (c: Context) =>
  answerPage(c, 'notThere', 404, (say) => (
    <>
      <p>{say.why}</p>
      <p>
        <a href="/console">{say.home}</a>
      </p>
    </>
  ))

/** Somebody else of the partner may: it is no secret that the page is there. */
export function forbidden(c: Context, visit: Standing) {
  const say = words[visit.language].forbidden
  return answerIn(c, visit, { title: say.title, place: 'none', status: 403 }, <p>{say.why}</p>)
}
