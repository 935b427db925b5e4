// Campaigns of a config file. A live one without an API key could only collect grants that nobody
// can send: refused.
import type { z } from 'zod'
import { isUuid } from '../../ids.ts'
import { CampaignShape } from './grammar.ts'
import { checkShape, keysOf, readReference, type Reading } from './reading.ts'
import type { Given } from './references.ts'
import { inside, type Place } from './report.ts'

export interface CampaignEntry {
  place: Place
  name: string
  mode: 'live' | 'sandbox'
  apiKey: Given | null
  url: string | null
  startsAt: Date | null
  endsAt: Date | null
  perSecond: number | null
  enabled: boolean
}

/** None where there is a mistake in it. */
export async function readCampaign(
  raw: unknown,
  place: Place,
  reading: Reading,
): Promise<CampaignEntry[]> {
  const shape = checkShape(CampaignShape, raw, place, reading)
  const apiKey = await readApiKey(raw, inside(place, 'api_key'), reading)
  if (shape === undefined) return []
  checkDates(shape, place, reading)
  return apiKey === undefined ? [] : [entryOf(shape, apiKey, place)]
}

async function readApiKey(
  raw: unknown,
  place: Place,
  reading: Reading,
): Promise<Given | null | undefined> {
  const apiKey = await readReference(keysOf(raw)['api_key'], place, reading)
  if (apiKey === null && keysOf(raw)['mode'] === 'live') {
    reading.report.problem(
      place,
      'is missing: a live campaign needs the API key that MOAB issued, as text, ${VARIABLE} or { file: path }',
    )
  }
  if (apiKey && 'text' in apiKey && !isUuid(apiKey.text)) {
    reading.report.warn(place, 'does not have the form of a GUID: MOAB may refuse it')
  }
  return apiKey
}

type Shape = z.output<typeof CampaignShape>

function checkDates({ starts_at: from, ends_at: to }: Shape, place: Place, reading: Reading) {
  if (to === undefined) return
  const at = inside(place, 'ends_at')
  if (from !== undefined && to <= from) reading.report.problem(at, 'must be later than starts_at')
  if (to.getTime() <= reading.now) reading.report.warn(at, 'is in the past')
}

function entryOf(shape: Shape, apiKey: Given | null, place: Place): CampaignEntry {
  const { name, mode, enabled } = shape
  return {
    place,
    name,
    mode,
    apiKey,
    url: shape.url ?? null,
    startsAt: shape.starts_at ?? null,
    endsAt: shape.ends_at ?? null,
    perSecond: shape.per_second ?? null,
    enabled,
  }
}
