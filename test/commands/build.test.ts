// What a start costs is how much code it loads: the build is a few files, and each command has its own.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const dist = resolve('dist')
const read = (file: string) => readFileSync(join(dist, file), 'utf8')
const importsOf = (file: string) =>
  [...read(file).matchAll(/^(?:import|export) (?:[^'"\n]* from )?"([^"]+)";$/gm)].map(
    ([, name = '']) => name,
  )

/** Its own files that these load before their first line runs, themselves included. */
function loadedBy(...entries: string[]): string[] {
  const loaded = new Set(entries)
  for (const file of loaded)
    for (const name of importsOf(file)) if (name.startsWith('./')) loaded.add(name.slice(2))
  return [...loaded]
}

const bytes = (files: string[]) =>
  files.reduce((sum, file) => sum + statSync(join(dist, file)).size, 0)

test('the list of commands is had for a few kilobytes', () => {
  expect(bytes(loadedBy('main.js'))).toBeLessThan(30_000)
})

test('the relay starts from a few files, without what only other commands need', () => {
  const files = loadedBy('main.js', 'serve.js', 'config.js')
  expect(read('main.js')).toContain('import("./serve.js")')
  expect(files).toContain('relay.js')
  expect(files.length).toBeLessThanOrEqual(10)
  expect(bytes(files)).toBeLessThan(3_500_000)
  const whole = files.map(read).join('\n')
  // One letter beyond Latin-1, as in a tagged template, which is kept as written, and its file takes twice the memory.
  expect(whole.match(/[\u0100-\uFFFF]/g)).toBeNull()
  const others = ['node_modules/yaml', 'src/diagnosis', 'src/commands/demo', 'undici/lib/mock']
  const ways = ['openid-client', 'oauth4webapi', '@simplewebauthn', '@peculiar', 'asn1js']
  for (const room of [...others, ...ways.map((name) => `node_modules/${name}`)])
    expect(whole).not.toContain(`\n// ${room}`)
})

test('nothing but node itself is loaded from outside', () => {
  const files = readdirSync(dist).filter((file) => file.endsWith('.js'))
  const outside = files.flatMap(importsOf).filter((name) => !name.startsWith('./'))
  expect(outside.length).toBeGreaterThan(10)
  expect(outside.filter((name) => !isBuiltin(name))).toEqual([])
})

test('the thread for large bodies answers, and loads only what recording needs', async () => {
  const whole = loadedBy('aside-thread.js').map(read).join('\n')
  for (const name of ['node_modules/drizzle-orm', 'node_modules/undici', 'node_modules/hono'])
    expect(whole).not.toContain(`\n// ${name}/`)
  const thread = new Worker(join(dist, 'aside-thread.js'), {
    env: {},
    workerData: { options: {}, walls: false, pepper: Buffer.alloc(32) },
  })
  const answer = once(thread, 'message')
  thread.postMessage({ recipe: {}, proven: { request: { body: Buffer.from('{}') } } })
  expect(await answer).toEqual([
    { failed: expect.any(String), busy: false, ms: expect.any(Number) },
  ])
  await thread.terminate()
})
