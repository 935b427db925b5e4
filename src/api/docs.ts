// /api/docs: the OpenAPI document for people, with swagger-ui from our own disk. Nothing is loaded
// from elsewhere and nothing inline may run.
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { packagedFile } from '../packaged-file.ts'
import { problems } from './problems.ts'

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>moab-relay API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<noscript>This page needs JavaScript; the document itself is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#docs', deepLinking: true })\n`

const self = "'self'"

export function docsRoutes(): Hono {
  const app = new Hono()
  app.use('/api/docs/*', headers)
  app.get('/api/docs', (c) => c.html(html))
  app.get('/api/docs/start.js', (c) => c.body(start, 200, { 'Content-Type': 'text/javascript' }))
  for (const [file, type] of files)
    app.get(`/api/docs/${file}`, packagedFile(`swagger-ui-dist/${file}`, type))
  app.get('/api/problems/:code', (c) => {
    const code = c.req.param('code')
    const known = Object.entries(problems).find(([name]) => name === code)
    return known === undefined ? c.notFound() : c.json({ code, ...known[1] })
  })
  return app
}

const files = [
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
] as const

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: [self],
    styleSrc: [self],
    imgSrc: [self, 'data:'],
    connectSrc: [self],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
})
