// GET / and /console: what this is, and where to go.
import { Hono, type Context } from 'hono'
import { answerPage } from './page.tsx'

export function homeRoutes(): Hono {
  const app = new Hono()
  app.get('/', home)
  app.get('/console', home)
  return app
}

const home = (c: Context) =>
  answerPage(c, 'home', 200, (say) => (
    <>
      <p>{say.what}</p>
      <p>{say.next}</p>
      <ul class="links">
        <li>
          <a href="/api/docs">{say.docs}</a> <code>/api/docs</code>
        </li>
        <li>
          <a href="/healthz">{say.health}</a> <code>/healthz</code>
        </li>
        <li>
          <a href="/readyz">{say.ready}</a> <code>/readyz</code>
        </li>
      </ul>
    </>
  ))
