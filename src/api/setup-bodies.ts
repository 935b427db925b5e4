// What changes of the set-up may say, for the document. They are checked by the grammar of the config file,
// which tells every mistake at once with its place, and in words for the person who made it.
import { z } from '@hono/zod-openapi'
import { limits } from '../limits.ts'
import { credentialFields } from '../partners/config/grammar.ts'
import { overlaps } from '../partners/overlaps.ts'
import * as parameters from './parameters.ts'
import { wordsOf } from './schemas.ts'

/** An alias, for an interface has no index signature. */
type Described = {
  type: ('string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null')[]
  description?: string
  enum?: string[]
  format?: string
  items?: { type: 'string' | 'object' }
}
type Properties = Record<string, Described>

const text = (description: string): Described => ({ type: ['string', 'null'], description })
const moment = (description: string): Described => ({ ...text(description), format: 'date-time' })
const secret: Described = {
  type: ['string', 'object', 'null'],
  description:
    'Text, or { stored: true } to keep what is there, or { text: … } for text like ${THIS}.',
}
const name: Described = { type: ['string'], description: 'Stays as it is once the thing is made.' }
const enabled: Described = { type: ['boolean', 'null'] }
const list = (description: string): Described => ({
  type: ['array'],
  description,
  items: { type: 'object' },
})
const texts = (description: string): Described => ({
  type: ['array'],
  description,
  items: { type: 'string' },
})

const campaign: Properties = {
  name,
  mode: { type: ['string'], enum: ['live', 'sandbox'] },
  api_key: { ...secret, description: 'That MOAB issued; a live campaign needs it.' },
  url: text(
    'Where to send instead of the relay’s MOAB_URL: https, on port 443 or 8443, at a public address, unless the operator allows more.',
  ),
  starts_at: moment('Bonuses wait until then.'),
  ends_at: moment('None are sent after that.'),
  per_second: { type: ['number', 'null'], description: 'The most calls a second.' },
  enabled,
}

const credential: Properties = {
  name,
  ...Object.fromEntries(credentialFields.map((field) => [field, secret])),
  valid_until: moment('It proves nothing from then on.'),
}

const rule: Properties = {
  name,
  events: texts('Types; * is allowed at the end.'),
  when: { type: ['object', 'null'], description: '{ path, op, value }, or all, any, not of such.' },
  email: texts('JSONPath, RFC 9535; the first address that is found counts.'),
  campaign: { type: ['string'], description: 'Its name.' },
  unsigned_email: text('allow: an address that nobody proved counts as well.'),
  enabled,
}

const source: Properties = {
  name,
  provider: { type: ['string'], description: 'An id of docs/providers.md.' },
  key: { ...secret, description: 'The secret end of its URL; made when it is not given.' },
  settings: { type: ['object'], description: 'What else the provider needs, by name.' },
  credentials: list('As of /credentials.'),
  rules: list('As of /rules.'),
  enabled,
}

const partner: Properties = {
  partner: { type: ['string'], description: 'Name or id; for tokens that see several.' },
}
const ofSource: Properties = {
  source: { type: ['string'], description: 'Name or id.' },
  ...partner,
}
const position: Properties = {
  position: { type: ['integer'], description: 'Among the rules of its source, from 0.' },
}

const described = (properties: Properties, ...required: string[]) => ({
  type: 'object' as const,
  properties: { ...properties },
  ...(required.length > 0 && { required }),
  additionalProperties: false,
})

const place = z.int().min(0).max(limits.rulesPerSourceMax).optional()
const partnerName = parameters.text.optional()
const sourceName = parameters.text

const anything = z.record(z.string(), z.unknown())
const forPartner = z.looseObject({ partner: partnerName })
const forSource = z.looseObject({ source: sourceName, partner: partnerName })
const overlap = z.enum(wordsOf(overlaps))

const body = parameters.jsonBody

export const bodies = {
  config: body(
    anything.openapi(
      'ConfigWanted',
      described({
        partner: { type: ['string'], description: 'Its own name; another one is not looked at.' },
        campaigns: list('As of /campaigns.'),
        sources: list('As of /sources.'),
        archived: {
          type: ['object'],
          description: '{ campaigns: [names], sources: [names] } that are no longer wanted.',
        },
      }),
    ),
  ),
  campaign: body(
    forPartner.openapi('CampaignWanted', described({ ...campaign, ...partner }, 'name', 'mode')),
  ),
  campaignChange: body(anything.openapi('CampaignChange', described(campaign))),
  source: body(
    forPartner.openapi('SourceWanted', described({ ...source, ...partner }, 'name', 'provider')),
  ),
  sourceChange: body(anything.openapi('SourceChange', described(source))),
  rule: body(
    forSource
      .extend({ position: place })
      .openapi(
        'RuleWanted',
        described({ ...rule, ...position, ...ofSource }, 'source', 'events', 'email', 'campaign'),
      ),
  ),
  ruleChange: body(
    z.looseObject({ position: place }).openapi('RuleChange', described({ ...rule, ...position })),
  ),
  credential: body(
    forSource.openapi('CredentialWanted', described({ ...credential, ...ofSource }, 'source')),
  ),
  credentialChange: body(anything.openapi('CredentialChange', described(credential))),
  rotation: body(
    z.looseObject({ overlap }).openapi(
      'RotationWanted',
      described(
        {
          ...credential,
          overlap: {
            type: ['string'],
            enum: wordsOf(overlaps),
            description: 'How long the old one still counts.',
          },
        },
        'overlap',
      ),
    ),
  ),
}
