// A process that sends the bodies of hostile.ts at a steady rate, whatever the answers take; tells its
// parent how often it was answered what (0: the connection broke), and ends.
//   hostile-sender.ts URL PER_SECOND MILLISECONDS
import { Agent, request } from 'undici'
import { hostileRequests } from './hostile.ts'
import { pause } from './stand.ts'

const [url = '', perSecond, ms] = process.argv.slice(2)
const dispatcher = new Agent({ connections: 64 })
const bodies = hostileRequests()
const answers = new Map<number, number>()
const open: Promise<void>[] = []
const until = performance.now() + Number(ms)
for (let due = performance.now(), n = 0; due < until; due += 1000 / Number(perSecond), n++) {
  await pause(Math.max(0, due - performance.now()))
  const make = bodies[n % bodies.length]
  if (make !== undefined) open.push(send(make(n)))
}
await Promise.all(open)
await dispatcher.close()
process.send?.([...answers])

async function send({ path, headers, body }: ReturnType<(typeof bodies)[number]>): Promise<void> {
  const status = await request(url + path, { method: 'POST', headers, body, dispatcher })
    .then(async (answer) => {
      await answer.body.dump()
      return answer.statusCode
    })
    .catch(() => 0)
  answers.set(status, (answers.get(status) ?? 0) + 1)
}
