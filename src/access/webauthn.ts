// What is asked of a browser about passkeys, and whether its answer is true: origin, challenge, the person
// seen by the device, signature. The library is much code and is loaded when somebody first uses a passkey.
// Where a device comes from is not asked: certificates of makers are not looked at, and nothing is fetched.
import { isIP } from 'node:net'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { limits } from '../limits.ts'

/** For whom a passkey is: `rpId` is the host, to which browsers bind it. */
export interface Site {
  rpId: string
  origin: string
}

/** Undefined where browsers have no passkeys: over plain http but on one's own machine, or without a name. */
export function siteOf(url: string): Site | undefined {
  const { protocol, hostname, origin } = new URL(url)
  const isNamed = !hostname.startsWith('[') && isIP(hostname) === 0
  const isOwnMachine = hostname === 'localhost' || hostname.endsWith('.localhost')
  return isNamed && (protocol === 'https:' || isOwnMachine) ? { rpId: hostname, origin } : undefined
}

const base64url = z.string().regex(/^[\w-]+$/)
const Key = z.object({
  id: base64url.max(Math.ceil((limits.passkeyIdBytesMax * 4) / 3)),
  type: z.literal('public-key'),
})
const NewKey = Key.extend({
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url }),
})
const Answer = Key.extend({
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url,
  }),
})
export type Answer = z.output<typeof Answer>

/** As the browser wrote it; undefined: it is none. Nothing in it is proven yet. */
export function readAnswer(text: string): Answer | undefined {
  return readAs(Answer, text)
}

function readAs<Shape>(shape: z.ZodType<Shape>, text: string): Shape | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** EdDSA, ES256, RS256: every device has one of them, and every Node can check them. */
const algorithms = [-8, -7, -257]

export interface Owner {
  userId: string
  email: string
}

/** `known`: what their devices call the keys they have already. */
export async function newKeyOptions(
  { rpId }: Site,
  { userId, email }: Owner,
  known: readonly Buffer[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: 'moab-relay',
    rpID: rpId,
    userID: handleOf(userId),
    userName: email,
    userDisplayName: email,
    attestationType: 'none',
    excludeCredentials: known.map((id) => ({ id: id.toString('base64url') })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
    timeout: limits.passkeyStepMs,
  })
}

export async function answerOptions({
  rpId,
}: Site): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: rpId,
    userVerification: 'required',
    timeout: limits.passkeyStepMs,
  })
}

/** What a passkey calls its person: says nothing of them to whoever finds the device. */
const handleOf = (userId: string) => new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'))

export const isHandleOf = (userId: string, handle: string): boolean =>
  Buffer.from(handle, 'base64url').equals(handleOf(userId))

export interface NewKey {
  credentialId: Buffer
  publicKey: Buffer
  counter: number
}

/** Undefined: it is no passkey, or none for this site and this challenge. */
export async function readNewKey(
  text: string,
  { rpId, origin }: Site,
  challenge: string,
): Promise<NewKey | undefined> {
  const given = readAs(NewKey, text)
  if (given === undefined) return undefined
  const { verifyRegistrationResponse } = await library()
  return unlessRefused(async () => {
    if (await isVouchedFor(given.response.attestationObject)) return undefined
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...given, rawId: given.id, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (!verified) return undefined
    const { id, publicKey, counter } = registrationInfo.credential
    return {
      credentialId: Buffer.from(id, 'base64url'),
      publicKey: Buffer.from(publicKey),
      counter,
    }
  })
}

/**
 * With a maker's certificate, for which nobody has asked. The library would look through it, and ask the addresses in
 * it whether it is revoked: anybody's addresses.
 */
async function isVouchedFor(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  const decoded = decodeAttestationObject(
    new Uint8Array(Buffer.from(attestationObject, 'base64url')),
  )
  const format = decoded.get('fmt')
  const isPlain = format === 'none' || format === 'packed'
  return !isPlain || decoded.get('attStmt').get('x5c') !== undefined
}

/** The key's counter; undefined: it was not this key, or not for this site and this challenge. */
export async function counterOf(
  given: Answer,
  publicKey: Buffer,
  { rpId, origin }: Site,
  challenge: string,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await library()
  return unlessRefused(async () => {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...given, rawId: given.id, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      // The counter is compared where it is written: two answers at once must not both pass.
      credential: { id: given.id, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : undefined
  })
}

/** The library throws for whatever it does not believe. */
async function unlessRefused<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}

const library = () => import('@simplewebauthn/server')
