// The examples of docs/api.md, run in a shell against a relay.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { startNodes, type Nodes } from './nodes.ts'

const run = promisify(execFile)
const text = readFileSync('docs/api.md', 'utf8')
const examples = [...text.matchAll(/```sh\n([\s\S]+?)```/g)].map(([, example]) => example ?? '')

let nodes: Nodes
let token: string
beforeAll(async () => {
  nodes = await startNodes()
  token = await nodes.token()
})
afterAll(() => nodes.close())

const answers = [
  '"name":"shop"',
  '"searched":true',
  '"pointer":"/mode"',
  '"dry_run":true,"changes":[{"action":"created","kind":"campaign","name":"winter"',
  '"state":"valid"',
  '"token":"mrl_',
  'etag: "',
  '"complete":true',
  'id,partner,campaign,mode,rule,source,event_id,email,state',
]

test('there is an answer for every example', () => {
  expect(examples).toHaveLength(answers.length)
})

test.each(answers.map((answer, n) => [answer, examples[n] ?? ''] as const))(
  'answers with %s',
  async (answer, example) => {
    const env = { ...process.env, RELAY: nodes.a.url, TOKEN: token }
    const { stdout } = await run('sh', ['-c', example], { env })
    expect(stdout).toContain(answer)
  },
)

test('the numbers are those of the limits', () => {
  const { requests, changes } = limits.apiQuotas
  expect(text).toContain(`${requests.quota} times a minute, and ${changes.quota} of that`)
  expect(text).toContain(`One takes ${limits.exportMsMax / 60_000} minutes at most`)
  expect(limits.exportsAtOnceMax).toBe(2)
  expect(text).toContain(`archived for ${limits.archivedForgetMs / 86_400_000} days`)
  expect(text).toContain(`within ${limits.idempotencyKeyMs / 3_600_000} hours`)
})
