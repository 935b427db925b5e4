// Waits until the fate of a demo request is known, and says it in a few words.
import { fateOfBody, rejectionOfBody, type FateRow } from '../db/fate.ts'
import type { Sql } from '../db/open.ts'
import { holdReasons } from '../grants/outcome.ts'
import { answers } from '../moab/answer.ts'
import { shownPath } from '../rules/trace.ts'
import type { DemoStep } from './demo-steps.ts'

export interface Fate {
  word: string
  says: string[]
}

const waitMsMax = 8000
const lookEveryMs = 25

export async function waitForFate(sql: Sql, step: DemoStep, status: number): Promise<Fate> {
  const until = performance.now() + waitMsMax
  for (;;) {
    const fate =
      status >= 400 ? await refusal(sql, step) : fateOf(await fateOfBody(sql, step.request.body))
    if (fate !== undefined) return fate
    if (performance.now() > until)
      return { word: 'unknown', says: ['nothing was recorded in time'] }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

async function refusal(sql: Sql, step: DemoStep): Promise<Fate | undefined> {
  const rejection = await rejectionOfBody(sql, step.request.body)
  return (
    rejection && {
      word: 'refused',
      says: [
        `${rejection.reason}: ${rejection.hint}`,
        'nothing was recorded as an event; a sample is kept for diagnosis',
      ],
    }
  )
}

function fateOf(row: FateRow | undefined): Fate | undefined {
  if (row === undefined) return undefined
  const says = [`recorded: ${row.type}, trust ${row.trust}`]
  if (row.copies > 1)
    return { word: 'duplicate', says: [`seen ${row.copies} times, recorded once, granted once`] }
  if (row.eventState !== 'matched')
    return { word: row.eventState, says: [...says, `no grant: ${row.eventReason}`] }
  if (row.grantState === null || ['queued', 'sending'].includes(row.grantState)) return undefined
  says.push(`email found at ${row.paths.map(shownPath).join(', ')}`)
  if (row.answer !== null && isAnswer(row.answer))
    says.push(`MOAB (sandbox) answered in ${row.ms ?? 0} ms: ${answers[row.answer].says.en}`)
  if (row.grantReason !== null && isHold(row.grantReason))
    says.push(`held, not lost: ${holdReasons[row.grantReason].en}`)
  return { word: row.grantState, says }
}

const isAnswer = (word: string): word is keyof typeof answers => Object.hasOwn(answers, word)
const isHold = (word: string): word is keyof typeof holdReasons => Object.hasOwn(holdReasons, word)
