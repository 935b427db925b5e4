import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { http } from './raw-server.ts'
import { apiKey, client, email, ok, server } from './scene.ts'

describe('connections', () => {
  test('are used again, also where the server promises only two seconds', async () => {
    const headers = ['connection: keep-alive', 'keep-alive: timeout=2']
    const moab = await server((socket) => socket.write(http(ok, { headers })))
    const { register } = client({ connections: 4 })
    for (let round = 0; round < 25; round += 1) {
      const calls = Array.from({ length: 4 }, () => register({ url: moab.url, apiKey, email }))
      for (const { answer } of await Promise.all(calls)) expect(answer.class).toBe('ok')
    }
    expect(moab.accepted).toBe(4)
  })

  test('are no more than allowed, and none is used by two calls at a time', async () => {
    let busy = 0
    let most = 0
    const moab = await server((socket) => {
      most = Math.max(most, (busy += 1))
      setTimeout(() => socket.write(http(ok), () => (busy -= 1)), 5)
    })
    const { register } = client({ connections: 3 })
    await Promise.all(Array.from({ length: 60 }, () => register({ url: moab.url, apiKey, email })))
    expect([most, moab.accepted]).toEqual([3, 3])
  })

  test('with a second answer on them are dropped: it is not taken for the next call’s', async () => {
    const refused = http('{"status":"fail","error":5}')
    const moab = await server((socket, nth) =>
      socket.write(nth === 0 ? Buffer.concat([refused, http(ok)]) : refused),
    )
    const { register } = client({ connections: 1 })
    const calls = [1, 2, 3].map(() => register({ url: moab.url, apiKey, email }))
    for (const { answer } of await Promise.all(calls)) expect(answer.class).toBe('wrong_email')
    expect(moab.accepted).toBe(2)
  })

  test('survive the failure of one: the next call gets a new one', async () => {
    const moab = await server((socket, nth) => {
      if (nth === 0) socket.resetAndDestroy()
      else socket.write(http(ok))
    })
    const { register } = client({ connections: 1 })
    const call = { url: moab.url, apiKey, email }
    const [first, second] = await Promise.all([register(call), register(call)])
    expect(first.answer.failure).toBe('connection_reset')
    expect(second.answer.class).toBe('ok')
  })

  test('are kept for a bounded number of hosts', async () => {
    const closed: number[] = []
    const { register } = client()
    for (let n = 0; n <= limits.moabOriginsMax; n += 1) {
      const moab = await server(
        (socket) => socket.write(http(ok)),
        (socket) => socket.on('close', () => closed.push(n)),
      )
      expect((await register({ url: moab.url, apiKey, email })).answer.class).toBe('ok')
    }
    await expect.poll(() => closed).toEqual([0])
  })
})
