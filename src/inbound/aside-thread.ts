// The thread behind aside.ts: one job after another, each considered, recorded and answered.
import { parentPort, workerData } from 'node:worker_threads'
import { Busy } from '../db/group-commit.ts'
import { openRecording } from '../db/connect.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { compileRecipe, type Recipe } from '../partners/recipe.ts'
import type { AsideDatabase, AsideJob, AsideReply } from './aside.ts'
import { consider, type Rulebook } from './consider.ts'
import { createRecorder, type PlannedEvent, type Recorder } from './recorder.ts'

const given = workerData as AsideDatabase | null
let queued = false
let parked = false
const recorder = given === null ? undefined : openRecorder(given)

function openRecorder({ options, walls, pepper }: AsideDatabase): Recorder {
  return createRecorder({
    sql: openRecording(options, walls, 1),
    node: uuidv7(),
    pepper: Buffer.from(pepper),
    // Nothing is sent from here: grants are left to whoever is due.
    worker: {
      reserve: () => 0,
      offer: () => {},
      giveUp: () => {},
      wake: () => void (queued = true),
    },
    parked: () => void (parked = true),
  })
}

parentPort?.on('message', (job: AsideJob) => {
  const before = performance.eventLoopUtilization()
  void answer(job).then((reply) => {
    const { active } = performance.eventLoopUtilization(before)
    parentPort?.postMessage({ ...reply, ms: active } satisfies AsideReply)
  })
})

type Reply = AsideReply extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'ms'>
    : never
  : never

async function answer({ recipe, proven, request, parts }: AsideJob): Promise<Reply> {
  queued = parked = false
  try {
    const read = { ...proven, request: { ...proven.request, body: bytes(proven.request.body) } }
    const { events } = consider(rulebookOf(recipe), read, limits.planStepsMax, parts)
    if (request === null || recorder === undefined) return { events: events.map(bare) }
    const recorded = await recorder.record({ ...request, body: bytes(request.body), events })
    return { recorded, queued, parked }
  } catch (error) {
    const failed = error instanceof Error ? error.message : 'considering failed'
    return { failed, busy: error instanceof Busy }
  }
}

/** The values are what made it large, and nobody reads them after the plan. */
const bare = (each: PlannedEvent) => ({ ...each, event: { ...each.event, value: null } })

/** A Buffer arrives as the plain bytes that it is. */
const bytes = (body: Uint8Array) => Buffer.from(body.buffer, body.byteOffset, body.length)

const rulebooks = new Map<string, Rulebook>()

function rulebookOf(recipe: Recipe): Rulebook {
  const name = JSON.stringify(recipe)
  const known = rulebooks.get(name)
  if (known !== undefined) return known
  if (rulebooks.size >= limits.asideRulebooksMax) rulebooks.clear()
  const rulebook = compileRecipe(recipe)
  rulebooks.set(name, rulebook)
  return rulebook
}
