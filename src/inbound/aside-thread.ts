// The thread behind aside.ts: one job after another, each answered. It knows no database and no clock.
import { parentPort } from 'node:worker_threads'
import { limits } from '../limits.ts'
import { compileRecipe, type Recipe } from '../partners/recipe.ts'
import type { AsideJob, AsideReply } from './aside.ts'
import { consider, type Rulebook } from './consider.ts'

parentPort?.on('message', (job: AsideJob) => parentPort?.postMessage(answer(job)))

function answer({ recipe, proven, recorded }: AsideJob): AsideReply {
  const started = performance.now()
  const took = () => performance.now() - started
  try {
    const { body } = proven.request
    // A Buffer arrives as the plain bytes that it is.
    const request = {
      ...proven.request,
      body: Buffer.from(body.buffer, body.byteOffset, body.length),
    }
    const whole = { ...proven, request }
    const { events } = consider(rulebookOf(recipe), whole, limits.planStepsMax, recorded)
    // The values are what made it large, and nobody reads them after the plan.
    const bare = events.map((each) => ({ ...each, event: { ...each.event, value: null } }))
    return { events: bare, ms: took() }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : 'considering failed', ms: took() }
  }
}

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
