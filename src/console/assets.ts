// What the pages load besides themselves, all from here: the stylesheet, htmx, and scripts of our own.
import { Hono } from 'hono'
import { packagedFile } from '../packaged-file.ts'
import { passkeyScript } from './passkey-script.ts'
import { script } from './script.ts'
import { base } from './style/base.ts'
import { around } from './style/around.ts'
import { controls } from './style/controls.ts'
import { lists } from './style/lists.ts'
import { settings } from './style/settings.ts'
import { story } from './style/story.ts'
import { logoColours } from './ui/providers.tsx'

const logos = logoColours.map((colour, n) => `.logo.colour${n} { background: ${colour}; }`)
const stylesheet = [base, around, controls, lists, settings, story, ...logos].join('\n')

/** Two rings, one passing into the other: what comes in and what goes on. */
const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke-width="4"><circle cx="11.5" cy="16" r="7.5" stroke="#0b5c8a"/><circle cx="20.5" cy="16" r="7.5" stroke="#d07a1c"/></g></svg>`

const kept = { 'Cache-Control': 'public, max-age=3600' }

export function assetRoutes(): Hono {
  const app = new Hono()
  const text = (path: string, type: string, content: string) =>
    app.get(path, (c) => c.body(content, 200, { 'Content-Type': type, ...kept }))
  text('/console/style.css', 'text/css; charset=utf-8', stylesheet)
  text('/console/console.js', 'text/javascript; charset=utf-8', script)
  text('/console/passkeys.js', 'text/javascript; charset=utf-8', passkeyScript)
  text('/console/mark.svg', 'image/svg+xml', mark)
  for (const [path, file] of libraries)
    app.get(path, packagedFile(file, 'text/javascript; charset=utf-8'))
  return app
}

const libraries = [
  ['/console/htmx.js', 'htmx.org/dist/htmx.min.js'],
  ['/console/sse.js', 'htmx.org/dist/ext/hx-sse.min.js'],
] as const
