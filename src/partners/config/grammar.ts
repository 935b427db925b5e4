// The grammar of the config file, entity by entity: names, kinds and bounds of the keys. What a
// rule may say is rules/rule.ts's business; how a secret may be given is references.ts's.
import { z } from 'zod'
import { limits } from '../../limits.ts'

export const Name = z
  .string()
  .trim()
  .min(1)
  .max(limits.nameCharsMax)
  .regex(/^\P{Cc}*$/u, 'may hold no control characters')

/** Partners and sources are also named as PARTNER/SOURCE. */
export const PlaceName = Name.refine((name) => !name.includes('/'), 'may hold no "/"')

const CampaignName = Name.max(limits.campaignNameCharsMax)

const instantForm = 'must be a time with its offset, like 2026-12-01T00:00:00+03:00'
const Instant = z.iso
  .datetime({ offset: true, error: ({ input }) => (input === undefined ? undefined : instantForm) })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= Date.UTC(2000, 0) && at.getTime() < Date.UTC(2200, 0), {
    error: 'must lie between the years 2000 and 2200',
  })

const urlForm = 'must be a URL that starts with http:// or https://'
export const HttpUrl = z
  .string()
  .max(limits.urlCharsMax)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), urlForm)

const modes = ['live', 'sandbox'] as const

export const CampaignShape = z.strictObject({
  name: CampaignName,
  mode: z.enum(modes),
  api_key: z.unknown().optional(),
  url: HttpUrl.optional(),
  starts_at: Instant.optional(),
  ends_at: Instant.optional(),
  per_second: z.number().min(limits.perSecondMin).max(limits.perSecondMax).optional(),
  enabled: z.boolean().default(true),
})

/** Numbers and truth values are what a person writes for a tolerance or a flag. */
const SettingValue = z
  .union([z.string(), z.number(), z.boolean()], 'must be text')
  .transform(String)
  .refine((text) => text.length <= limits.settingCharsMax, {
    error: `may have at most ${limits.settingCharsMax} characters`,
  })

export const SourceShape = z.strictObject({
  name: PlaceName,
  provider: z.string(),
  key: z.unknown().optional(),
  settings: z.record(z.string(), SettingValue).default({}),
  enabled: z.boolean().default(true),
  credentials: z.array(z.unknown()).max(limits.credentialsPerSourceMax).optional(),
  rules: z.array(z.unknown()).max(limits.rulesPerSourceMax).optional(),
})

export const credentialFields = [
  'secret',
  'token',
  'username',
  'password',
  'publicKey',
  'certificate',
  'rootCertificate',
  'jwks',
  'jwksUrl',
] as const
export type CredentialField = (typeof credentialFields)[number]

/** These are printed only when asked for; the others are public, or names. */
export const secretFields: ReadonlySet<CredentialField> = new Set(['secret', 'token', 'password'])

const field = z.unknown().optional()
const fields: Record<CredentialField, typeof field> = {
  secret: field,
  token: field,
  username: field,
  password: field,
  publicKey: field,
  certificate: field,
  rootCertificate: field,
  jwks: field,
  jwksUrl: field,
}

export const CredentialShape = z.strictObject({
  name: Name.optional(),
  ...fields,
  valid_until: Instant.optional(),
})

export const PartnerShape = z.strictObject({
  partner: PlaceName,
  campaigns: z.array(z.unknown()).max(limits.campaignsPerPartnerMax).optional(),
  sources: z.array(z.unknown()).max(limits.sourcesPerPartnerMax).optional(),
  archived: z
    .strictObject({
      campaigns: z.array(CampaignName).max(limits.campaignsPerPartnerMax).default([]),
      sources: z.array(PlaceName).max(limits.sourcesPerPartnerMax).default([]),
    })
    .optional(),
})

export const ingestKeyForm = new RegExp(
  `^[A-Za-z0-9_-]{${limits.ingestKeyCharsMin},${limits.ingestKeyCharsMax}}$`,
)
export const ingestKeyWords = `must have ${limits.ingestKeyCharsMin} to ${limits.ingestKeyCharsMax} characters of A-Z a-z 0-9 _ -, made of at least 128 random bits`
