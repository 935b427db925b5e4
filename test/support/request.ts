// Requests as the recorder gets them, with one event and, where an email is given, one grant.
import { createHash } from 'node:crypto'
import type { EventToRecord, RequestToRecord } from '../../src/db/record.ts'
import { uuidv7 } from '../../src/ids.ts'
import type { TestPartner } from './partner.ts'

interface Traits {
  key?: string
  email?: string
  body?: Buffer
  type?: string
  claim?: boolean
  test?: boolean
}

export function requestToRecord(partner: TestPartner, traits: Traits = {}): RequestToRecord {
  const {
    key = uuidv7(),
    email,
    body = Buffer.from(`{"id":"${key}"}`),
    type = 'invoice.paid',
  } = traits
  const emailKey = email === undefined ? null : keyOf(email)
  const event: EventToRecord = {
    id: uuidv7(),
    key,
    type,
    occurredAt: 1_796_000_000_000,
    state: email === undefined ? 'unmatched' : 'matched',
    reason: email === undefined ? 'no_email' : 'matched',
    trust: 'signed',
    credentialId: null,
    part: 0,
    emailKey,
    trace: '[]',
    matches: '[]',
    grants:
      email === undefined || emailKey === null
        ? []
        : [
            {
              id: uuidv7(),
              campaignId: partner.campaignId,
              ruleId: uuidv7(),
              mode: 'live',
              emailKey,
              foldedKey: emailKey,
              email,
              test: traits.test ?? false,
              claim: traits.claim ?? false,
            },
          ],
  }
  return {
    id: uuidv7(),
    partnerId: partner.partnerId,
    sourceId: partner.sourceId,
    method: 'POST',
    headers: { 'content-type': ['application/json'] },
    body,
    events: [event],
  }
}

export const keyOf = (email: string): Buffer => createHash('sha256').update(email).digest()
