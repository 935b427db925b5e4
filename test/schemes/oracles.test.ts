// The senders' own libraries sign; we verify. And we sign; their libraries verify.
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { sign as githubSign, verify as githubVerify } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Razorpay from 'razorpay'
import { WebhooksHelper } from 'square'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { signProof, verifyProof } from '../../src/schemes/index.ts'
import type { Proof } from '../../src/schemes/proof.ts'
import type { SentRequest } from '../../src/schemes/scheme.ts'
import { headers, input, json, now, proof, sent, toSign, url } from './sent.ts'

const require = createRequire(import.meta.url)
const seconds = Math.floor(now / 1000)
const text = json.toString()
const stripe = new Stripe('sk_test_unused')

function idTimeSignature(family: string): Proof {
  return {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['strip:whsec_', 'base64'],
    template: '{id}.{timestamp}.{body}',
    encoding: 'base64',
    signature: {
      at: { header: `${family}-signature` },
      syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
    },
    timestamp: {
      at: { header: `${family}-timestamp` },
      unit: 's',
      toleranceSeconds: 300,
      sided: 'two',
    },
    id: { header: `${family}-id` },
  }
}

interface Oracle {
  written: Proof
  secret: string
  sign: (secret: string) => Promise<Record<string, string>>
  /** Throws, or says false, where the official library refuses. */
  verify: (secret: string, plain: Record<string, string>, at: Date) => unknown
}

function refused(accepts: boolean): void {
  if (!accepts) throw new Error('refused')
}

const squareSecret = 'asdf1234asdf1234'

const oracles: Record<string, Oracle> = {
  square: {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{url}{body}',
      encoding: 'base64',
      signature: {
        at: { header: 'x-square-hmacsha256-signature' },
        syntax: { kind: 'single' },
      },
    },
    secret: squareSecret,
    sign: async (secret) => ({
      'x-square-hmacsha256-signature': createHmac('sha256', secret)
        .update(url + text)
        .digest('base64'),
    }),
    verify: async (secret, plain) =>
      refused(
        await WebhooksHelper.verifySignature({
          requestBody: text,
          signatureHeader: plain['x-square-hmacsha256-signature'] ?? '',
          signatureKey: secret,
          notificationUrl: url,
        }),
      ),
  },
  razorpay: {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{body}',
      encoding: 'hex',
      signature: { at: { header: 'x-razorpay-signature' }, syntax: { kind: 'single' } },
    },
    secret: 'razor1234',
    sign: async (secret) => ({
      'x-razorpay-signature': createHmac('sha256', secret).update(text).digest('hex'),
    }),
    verify: (secret, plain) =>
      refused(Razorpay.validateWebhookSignature(text, plain['x-razorpay-signature'] ?? '', secret)),
  },
  stripe: {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{timestamp}.{body}',
      encoding: 'hex',
      signature: {
        at: { header: 'stripe-signature' },
        syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
      },
      timestamp: { at: { pair: 't' }, unit: 's', toleranceSeconds: 300, sided: 'one' },
    },
    secret: 'whsec_test_secret',
    sign: async (secret) => ({
      'stripe-signature': stripe.webhooks.generateTestHeaderString({
        payload: text,
        secret,
        timestamp: seconds,
      }),
    }),
    verify: (secret, plain, at) =>
      stripe.webhooks.constructEvent(
        text,
        plain['stripe-signature'] ?? '',
        secret,
        300,
        undefined,
        at.getTime(),
      ),
  },
  svix: {
    written: idTimeSignature('svix'),
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    sign: async (secret) => ({
      'svix-id': 'msg_7',
      'svix-timestamp': String(seconds),
      'svix-signature': new SvixWebhook(secret).sign('msg_7', new Date(now), text),
    }),
    verify: (secret, plain) => new SvixWebhook(secret).verify(text, plain),
  },
  'standard webhooks': {
    written: idTimeSignature('webhook'),
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    sign: async (secret) => ({
      'webhook-id': 'msg_8',
      'webhook-timestamp': String(seconds),
      'webhook-signature': new StandardWebhook(secret).sign('msg_8', new Date(now), text),
    }),
    verify: (secret, plain) => new StandardWebhook(secret).verify(text, plain),
  },
  github: {
    written: {
      scheme: 'hmac',
      hash: 'sha256',
      key: ['utf8'],
      template: '{body}',
      encoding: 'hex',
      signature: {
        at: { header: 'x-hub-signature-256' },
        syntax: { kind: 'single', prefix: 'sha256=' },
      },
    },
    secret: 'development',
    sign: async (secret) => ({ 'x-hub-signature-256': await githubSign(secret, text) }),
    verify: async (secret, plain) => {
      if (!(await githubVerify(secret, text, plain['x-hub-signature-256'] ?? '')))
        throw new Error('refused')
    },
  },
}

describe.each(Object.entries(oracles))('%s', (_name, { written, secret, sign, verify }) => {
  test('what the official library signs is authentic, and nothing else', async () => {
    const request = sent({ headers: headers(await sign(secret)) })
    expect(verifyProof(proof(written), input(request, [{ secret }]))).toMatchObject({
      trust: 'signed',
    })
    const altered = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }
    expect(verifyProof(proof(written), input(altered, [{ secret }]))).toMatchObject({
      reason: 'signature_mismatch',
    })
  })
  test('what we sign the official library accepts, and refuses with another secret', async () => {
    // Svix and Standard Webhooks read the clock themselves.
    const at = new Date()
    const request = await signProof(proof(written), toSign({ secret }, { now: at.getTime() }))
    await expect((async () => verify(secret, plain(request), at))()).resolves.not.toThrow()
    const wrong = secret.replace(/.{4}$/, 'AAAA')
    await expect((async () => verify(wrong, plain(request), at))()).rejects.toThrow()
  })
})

test('Braintree: what its library signs is authentic, with the key of the pair', () => {
  interface Gateway {
    webhookTesting: {
      sampleNotification(kind: string, id: string): { bt_signature: string; bt_payload: string }
    }
  }
  const braintree: {
    BraintreeGateway: new (options: object) => Gateway
    Environment: { Sandbox: object }
  } = require('braintree')
  const gateway = new braintree.BraintreeGateway({
    environment: braintree.Environment.Sandbox,
    merchantId: 'm',
    publicKey: 'public',
    privateKey: 'private',
  })
  const fields = gateway.webhookTesting.sampleNotification(
    'subscription_charged_successfully',
    's1',
  )
  const written: Proof = {
    scheme: 'hmac',
    hash: 'sha1',
    key: ['utf8', 'sha1'],
    template: '{field:$.bt_payload}',
    encoding: 'hex',
    signature: {
      at: { field: '$.bt_signature' },
      syntax: { kind: 'pairs', separator: '&', assign: '|', name: '*' },
    },
  }
  const verdict = (form: typeof fields, secret: string) =>
    verifyProof(
      proof(written),
      input(
        sent({ body: Buffer.from(new URLSearchParams({ ...form }).toString()) }),
        [{ secret }],
        {
          format: 'form',
        },
      ),
    )
  expect(verdict(fields, 'private')).toMatchObject({
    trust: 'signed',
    covers: ["$['bt_payload']"],
  })
  expect(verdict(fields, 'other')).toMatchObject({ reason: 'signature_mismatch' })
  const altered = { ...fields, bt_payload: `${fields.bt_payload}A` }
  expect(verdict(altered, 'private')).toMatchObject({ reason: 'signature_mismatch' })
})

function plain(request: SentRequest): Record<string, string> {
  return Object.fromEntries([...request.headers].map(([name, [value = '']]) => [name, value]))
}
