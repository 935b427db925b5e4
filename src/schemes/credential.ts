// What a credential may consist of, as people give it and as it is sealed. Which fields a source
// needs is its provider's business.
import { z } from 'zod'

export const CredentialFields = z.strictObject({
  secret: z.string().optional(),
  token: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  publicKey: z.string().optional(),
  certificate: z.string().optional(),
  rootCertificate: z.string().optional(),
  jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.json())) }).optional(),
  jwksUrl: z.string().optional(),
})
