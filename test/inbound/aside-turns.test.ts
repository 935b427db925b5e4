// Who is next on the thread for large bodies, and how long anybody waits. The thread is an actor that
// answers when it is told to; what it works out is tested in aside.test.ts.
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Busy } from '../../src/db/group-commit.ts'
import {
  Aside,
  TooSlow,
  Unconsidered,
  type AsideJob,
  type AsideReply,
} from '../../src/inbound/aside.ts'
import { limits } from '../../src/limits.ts'
import type { ActiveSource } from '../../src/partners/directory.ts'

const actor = vi.hoisted(() => ({ threads: [] as unknown[], jobs: [] as unknown[] }))
vi.mock('node:worker_threads', () => ({
  Worker: class extends EventEmitter {
    constructor() {
      super()
      actor.threads.push(this)
    }
    postMessage(job: unknown): void {
      actor.jobs.push(job)
    }
    ref(): void {}
    unref(): void {}
    async terminate(): Promise<void> {
      this.emit('exit', 1)
    }
  },
}))

let aside: Aside
const told: string[] = []
beforeEach(() => {
  vi.useFakeTimers()
  actor.threads.length = 0
  actor.jobs.length = 0
  const database = { options: {}, walls: false, pepper: Buffer.alloc(32) }
  told.length = 0
  aside = new Aside({
    database,
    queued: () => void told.push('queued'),
    parked: () => void told.push('parked'),
  })
})
afterEach(async () => {
  await aside.close()
  vi.useRealTimers()
})

/** Only its id and its recipe are looked at; the recipe tells here whose job it is. */
const source = (id: string) => ({ id, recipe: { providerId: id } }) as unknown as ActiveSource
const considered = (id: string) => {
  const outcome = { state: 'waiting' }
  aside.keep(source(id), {} as never, {} as never).then(
    () => (outcome.state = 'done'),
    (error: unknown) => (outcome.state = wordOf(error)),
  )
  return outcome
}
const wordOf = (error: unknown) => {
  if (error instanceof Busy) return 'busy'
  if (error instanceof TooSlow) return 'slow'
  return error instanceof Unconsidered ? 'failed' : 'unknown'
}
const worked = () => (actor.jobs as AsideJob[]).map(({ recipe }) => recipe.providerId)
const answer = (ms: number) => {
  const reply: AsideReply = { recorded: [], queued: ms > 1, parked: false, ms }
  ;(actor.threads.at(-1) as EventEmitter).emit('message', reply)
}

test('sources take turns, however much one of them sends', async () => {
  for (const id of ['a', 'a', 'a', 'b', 'c']) considered(id)
  for (let n = 0; n < 4; n++) {
    answer(0)
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(worked()).toEqual(['a', 'a', 'b', 'c', 'a'])
})

test('whoever sends is woken when what was recorded is to be sent, and only then', async () => {
  const [first, second] = [considered('a'), considered('a')]
  answer(1)
  await vi.advanceTimersByTimeAsync(limits.asideRestTimes)
  expect([first.state, told]).toEqual(['done', []])
  answer(2)
  await vi.advanceTimersByTimeAsync(1)
  expect([second.state, told]).toEqual(['done', ['queued']])
})

test('nobody waits longer than allowed, even when the thread does not come back', async () => {
  const first = considered('a')
  const [second, third] = [considered('a'), considered('b')]
  await vi.advanceTimersByTimeAsync(limits.asideWaitMsMax - 10)
  expect([second.state, third.state]).toEqual(['waiting', 'waiting'])
  await vi.advanceTimersByTimeAsync(20)
  expect([first.state, second.state, third.state]).toEqual(['waiting', 'busy', 'busy'])
  answer(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(worked()).toEqual(['a'])
})

test('who is at work is not sent away; a thread that hangs is ended, and the next gets a new one', async () => {
  const first = considered('a')
  await vi.advanceTimersByTimeAsync(limits.asideWaitMsMax + 10)
  expect(first.state).toBe('waiting')
  await vi.advanceTimersByTimeAsync(limits.asideWorkMsMax)
  expect(first.state).toBe('slow')
  const next = considered('a')
  expect(actor.threads).toHaveLength(2)
  answer(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(next.state).toBe('done')
})

test('a thread that ends by itself was not too slow; one that is told to end leaves its work to others', async () => {
  const [first, second] = [considered('a'), considered('a')]
  ;(actor.threads.at(-1) as EventEmitter).emit('error', new Error('out of memory'))
  await vi.advanceTimersByTimeAsync(1)
  expect([first.state, second.state]).toEqual(['failed', 'waiting'])
  await aside.close()
  await vi.advanceTimersByTimeAsync(1)
  expect(second.state).toBe('busy')
})

test('the thread rests so many times as long as it worked', async () => {
  considered('a')
  considered('b')
  answer(300)
  await vi.advanceTimersByTimeAsync(300 * limits.asideRestTimes - 10)
  expect(worked()).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(20)
  expect(worked()).toEqual(['a', 'b'])
})

test('a source may have so many waiting, all together so many', async () => {
  const { asideWaitingPerSourceMax: each, asideWaitingMax: all } = limits
  const own = Array.from({ length: each + 3 }, () => considered('a'))
  await vi.advanceTimersByTimeAsync(0)
  // One is at work.
  expect(own.filter(({ state }) => state === 'busy')).toHaveLength(2)
  const others = Array.from({ length: all }, (_, n) => considered(`s${n}`))
  await vi.advanceTimersByTimeAsync(0)
  expect(others.filter(({ state }) => state === 'waiting')).toHaveLength(all - each)
})
