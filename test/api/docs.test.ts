import { afterAll, beforeAll, expect, test } from 'vitest'
import { problems } from '../../src/api/problems.ts'
import { Document, openApiScene, type ApiScene } from './scene.ts'

let it: ApiScene
beforeAll(async () => {
  it = await openApiScene()
})
afterAll(() => it.close())

test('the document is OpenAPI 3.1, for everybody, and every reference in it leads somewhere', async () => {
  const answer = await it.get('/api/v1/openapi.json', null)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  const document: unknown = JSON.parse(text)
  expect(Document.parse(document).openapi).toBe('3.1.0')
  const references = new Set(
    [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? ''),
  )
  expect(references.size).toBeGreaterThan(5)
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>(
        (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
        document,
      )
    expect([reference, typeof found]).toEqual([reference, 'object'])
  }
  expect(document).toMatchObject({
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  })
})

test('the page for people loads everything from here, and nothing in it is inline', async () => {
  const page = await it.get('/api/docs', null)
  const html = await page.text()
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain(`default-src 'none'`)
  expect(policy).not.toContain('unsafe')
  expect(html).not.toMatch(/<script>|style=|\son\w+=|https?:/)
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
  expect(loaded).toHaveLength(4)
  for (const path of loaded) {
    const answer = await it.get(path, null)
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(50)
  }
})

test('the type of every problem leads to what it means', async () => {
  for (const [code, row] of Object.entries(problems)) {
    const answer = await it.get(`/api/problems/${code}`, null)
    expect(await answer.json()).toEqual({ code, ...row })
  }
  expect((await it.get('/api/problems/constructor', null)).status).toBe(404)
})
