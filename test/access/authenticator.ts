// A device with passkeys, as a browser and its device together answer: one key for each site and person, and
// every part of an answer can be bent. Signed with node:crypto, by nothing that the relay uses.
import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { selfSigned } from '../moab/certificate.ts'

interface Asked {
  challenge: string
}
export interface AskedForKey extends Asked {
  rp: { id?: string }
  user: { id: string }
}
export interface AskedForAnswer extends Asked {
  rpId?: string
}

/** What is otherwise than a true device does it. */
export interface Bent {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  counter?: number
  /** Present 1, verified 4. */
  flags?: number
  userHandle?: string
  /** Of what is signed, afterwards. */
  spoil?: boolean
  /** What vouches for the device: nothing, its own new key, or a certificate. */
  attestation?: 'none' | 'own' | 'certified' | 'tpm' | 'apple'
}

interface Held {
  id: Buffer
  userHandle: string
  key: KeyObject
}

export class Authenticator {
  readonly origin: string
  /** 0: it does not count, as passkeys that are kept by a program. */
  counter: number
  held: Held | undefined

  constructor(origin: string, { counts = true } = {}) {
    this.origin = origin
    this.counter = counts ? 1 : 0
  }

  create(asked: AskedForKey, bent: Bent = {}): string {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const id = randomBytes(32)
    this.held = { id, userHandle: asked.user.id, key: privateKey }
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const credential = [Buffer.alloc(16), length, id, Buffer.from(isoCBOR.encode(cose))]
    const { rp, challenge } = asked
    const authData = new Uint8Array(
      Buffer.concat([this.#about(rp.id ?? '', (bent.flags ?? 5) | 0x40, bent), ...credential]),
    )
    const clientDataJSON = this.#client('webauthn.create', challenge, bent)
    const signed = Buffer.concat([authData, hashOf(clientDataJSON)])
    const { fmt, attStmt } = vouching(bent.attestation ?? 'none', signed, privateKey)
    const parts = new Map<string, unknown>([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ])
    return this.#written({
      clientDataJSON,
      attestationObject: Buffer.from(isoCBOR.encode(parts as never)).toString('base64url'),
    })
  }

  get(asked: AskedForAnswer, bent: Bent = {}): string {
    if (this.held === undefined) throw new Error('there is no key')
    const { key, userHandle } = this.held
    if (this.counter > 0) this.counter++
    const clientDataJSON = this.#client('webauthn.get', asked.challenge, bent)
    const about = this.#about(asked.rpId ?? '', bent.flags ?? 5, bent)
    const signature = sign('sha256', Buffer.concat([about, hashOf(clientDataJSON)]), key)
    if (bent.spoil === true) about[32] = (about[32] ?? 0) ^ 0x08
    return this.#written({
      clientDataJSON,
      authenticatorData: about.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: bent.userHandle ?? userHandle,
    })
  }

  #about(rpId: string, flags: number, bent: Bent): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(bent.counter ?? this.counter)
    const hash = createHash('sha256').update(bent.rpId ?? rpId)
    return Buffer.concat([hash.digest(), Buffer.of(flags), counter])
  }

  #client(type: string, challenge: string, bent: Bent): string {
    const told = { type, challenge, origin: this.origin, crossOrigin: false, ...pick(bent) }
    return Buffer.from(JSON.stringify(told)).toString('base64url')
  }

  #written(response: Record<string, string>): string {
    return JSON.stringify({ id: this.held?.id.toString('base64url'), type: 'public-key', response })
  }
}

const pick = ({ origin, type, challenge }: Bent) =>
  Object.fromEntries(
    Object.entries({ origin, type, challenge }).filter(([, value]) => value !== undefined),
  )

const hashOf = (text: string) =>
  createHash('sha256').update(Buffer.from(text, 'base64url')).digest()

function vouching(kind: NonNullable<Bent['attestation']>, signed: Buffer, own: KeyObject) {
  if (kind === 'none') return { fmt: 'none', attStmt: new Map<string, unknown>() }
  const { key, cert } = selfSigned('device.example', attester)
  const sig = new Uint8Array(sign('sha256', signed, kind === 'own' ? own : key))
  const x5c = [new Uint8Array(new X509Certificate(cert).raw)]
  return {
    fmt: kind === 'own' || kind === 'certified' ? 'packed' : kind,
    attStmt: new Map<string, unknown>([
      ['alg', -7],
      ['sig', sig],
      ...(kind === 'own' ? [] : [['x5c', x5c] as const]),
    ]),
  }
}

/** As the standard wants its subject: country, organisation, unit. */
const attester = [
  ['550406', 'SE'],
  ['55040a', 'Maker'],
  ['55040b', 'Authenticator Attestation'],
] as const
