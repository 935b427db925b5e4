// The ways in which senders use HMAC, one of each kind.
import type { Proof } from '../../src/schemes/proof.ts'

export type HmacProof = Extract<Proof, { scheme: 'hmac' }>

export const families = {
  signature: ['svix-signature', 'webhook-signature'],
  timestamp: ['svix-timestamp', 'webhook-timestamp'],
  id: ['svix-id', 'webhook-id'],
}

export const forms: Record<
  string,
  { written: HmacProof; secret: string; other: string; header: string }
> = {
  'pairs with a time in seconds': {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{timestamp}.{body}',
      encoding: 'hex',
      signature: {
        at: { header: 'Stripe-Signature' },
        syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
      },
      timestamp: { at: { pair: 't' }, unit: 's', toleranceSeconds: 300, sided: 'one' },
    },
    secret: 'whsec_abc',
    other: 'whsec_old',
    header: 'stripe-signature',
  },
  'versions with id and time in headers': {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['strip:whsec_', 'base64'],
      template: '{id}.{timestamp}.{body}',
      encoding: 'base64',
      signature: {
        at: { header: families.signature },
        syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
      },
      timestamp: {
        at: { header: families.timestamp },
        unit: 's',
        toleranceSeconds: 300,
        sided: 'two',
      },
      id: { header: families.id },
    },
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    other: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    header: 'svix-signature',
  },
  'one prefixed signature of the body': {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{body}',
      encoding: 'hex',
      signature: {
        at: { header: 'X-Hub-Signature-256' },
        syntax: { kind: 'single', prefix: 'sha256=' },
      },
    },
    secret: 'It’s a secret',
    other: 'another',
    header: 'x-hub-signature-256',
  },
  'sha512 with a derived key, the url and a time in milliseconds': {
    written: {
      scheme: 'hmac',
      hash: 'sha512',
      key: ['utf8', 'sha256'],
      template: '{url}|{header:X-Tenant}|{timestamp}|{body}',
      encoding: 'base64url',
      signature: { at: { header: 'x-sign' }, syntax: { kind: 'single' } },
      timestamp: { at: { header: 'x-time' }, unit: 'ms', toleranceSeconds: 180, sided: 'two' },
    },
    secret: 'k',
    other: 'l',
    header: 'x-sign',
  },
  'sha1 with a hex key in a query parameter': {
    written: {
      scheme: 'hmac',
      hash: 'sha1',
      key: ['hex'],
      template: '{body}',
      encoding: 'base64',
      signature: { at: { query: 'sig' }, syntax: { kind: 'single' } },
    },
    secret: '00ff10ab',
    other: 'ABCDEF',
    header: '',
  },
}
