// A model of MOAB, honest by its contract: what it says is true, and an email is registered once. How
// it is at the moment (its weather) is set for each campaign.
import { failedCall, readAnswer, type Answer } from '../../src/moab/answer.ts'

export interface Weather {
  /** What it says to a request that is in order; null: the truth about the email. */
  code: number | null
  /** How many it takes before its limit is reached; null: all. */
  places: number | null
  /** Nobody listens: no request arrives. */
  refuses: boolean
  /** Share of answers that do not come back, although the request arrived. */
  loses: number
  /** Longest time on the way there, and back, in milliseconds. */
  slowMs: number
}

export const fair: Weather = { code: null, places: null, refuses: false, loses: 0, slowMs: 200 }

const ok = said('{"status":"OK"}')
const codes = new Map<number, Answer>()
export const lost = failedCall('connection_lost', true)
export const refused = failedCall('connection_refused', false)
export const tooLate = failedCall('deadline', true)

export class ModelMoab {
  weather = new Map<string, Weather>()
  /** `campaign email` → who registered it. */
  registered = new Map<string, 'us' | 'others'>()

  weatherOf(campaignId: string): Weather {
    return this.weather.get(campaignId) ?? fair
  }

  take(campaignId: string, email: string): Answer {
    const { code, places } = this.weatherOf(campaignId)
    if (code !== null && code < 5) return answerOf(code)
    if (email.startsWith('wrong')) return answerOf(5)
    if (code !== null && code !== 10) return answerOf(code)
    const key = `${campaignId} ${email}`
    if (this.registered.has(key)) return answerOf(10)
    if (places !== null && this.#ours(campaignId) >= places) return answerOf(9)
    this.registered.set(key, 'us')
    return ok
  }

  #ours(campaignId: string): number {
    const keys = [...this.registered.keys()]
    return keys.filter((key) => key.startsWith(`${campaignId} `)).length
  }
}

function answerOf(code: number): Answer {
  const answer = codes.get(code) ?? said(`{"status":"FAIL","error":${code}}`)
  codes.set(code, answer)
  return answer
}

function said(body: string): Answer {
  return readAnswer(200, Buffer.from(body), true)
}
