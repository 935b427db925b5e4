// Who takes part: two partners with their campaigns, their sources (doors) and secrets, and what
// people may change while the relay runs. The same facts serve the config file, the senders and the
// checker.
export const doors = {
  shop: {
    partner: 'acme',
    provider: 'stripe',
    key: 'chaos-acme-shop-0123456789',
    secret: 'whsec_chaos_acme_shop',
    rotated: 'whsec_chaos_acme_shop_rotated',
  },
  login: {
    partner: 'acme',
    provider: 'auth0-event-stream',
    key: 'chaos-acme-login-0123456789',
    secret: 'chaos-auth0-token-5c1d',
    rotated: 'chaos-auth0-token-rotated-77aa',
  },
  staff: {
    partner: 'acme',
    provider: 'okta',
    key: 'chaos-acme-staff-0123456789',
    secret: 'chaos-okta-token-93b2',
    rotated: 'chaos-okta-token-rotated-11cc',
  },
  closed: {
    partner: 'acme',
    provider: 'stripe',
    key: 'chaos-acme-closed-0123456789',
    secret: 'whsec_chaos_acme_closed',
    rotated: 'whsec_chaos_acme_closed',
  },
  store: {
    partner: 'globex',
    provider: 'stripe',
    key: 'chaos-globex-store-0123456789',
    secret: 'whsec_chaos_globex_store',
    rotated: 'whsec_chaos_globex_store_rotated',
  },
  hooks: {
    partner: 'globex',
    provider: 'standard-webhooks',
    key: 'chaos-globex-hooks-0123456789',
    secret: `whsec_${Buffer.from('chaos-globex-hooks-secret-01').toString('base64')}`,
    rotated: `whsec_${Buffer.from('chaos-globex-hooks-secret-02').toString('base64')}`,
  },
} as const

export type DoorName = keyof typeof doors

/** Campaign → MOAB's API key. `stopped` is switched off for good; `paused` and `limited` come and go. */
export const apiKeys = {
  'acme/bonus': '10000000-0000-4000-8000-000000000001',
  'acme/paused': '10000000-0000-4000-8000-000000000002',
  'acme/stopped': '10000000-0000-4000-8000-000000000003',
  'acme/limited': '10000000-0000-4000-8000-000000000004',
  'globex/bonus': '20000000-0000-4000-8000-000000000001',
} as const

export type CampaignName = keyof typeof apiKeys

/** What people change meanwhile. */
export interface Setup {
  /** invoice.paid counts from this amount; events lie far below or far above it. */
  threshold: number
  toggled: boolean
  paused: boolean
  rotated: boolean
  /** Changed to make the relay reconsider a campaign whose limit was reached. */
  limitedUntil: number
}

export const firstSetup: Setup = {
  threshold: 1000,
  toggled: true,
  paused: false,
  rotated: false,
  limitedUntil: 2100,
}

/** YAML documents, one for each partner; JSON is YAML. */
export function configFile(setup: Setup): string {
  return [acme(setup), globex(setup)]
    .map((partner) => JSON.stringify(partner, null, 1))
    .join('\n---\n')
}

function acme(setup: Setup) {
  const email = ['$.data.object.customer_email']
  const amount = { path: '$.data.object.amount_paid', op: 'gte', value: setup.threshold }
  return {
    partner: 'acme',
    campaigns: [
      campaign('acme/bonus'),
      campaign('acme/paused', { enabled: !setup.paused }),
      campaign('acme/stopped', { enabled: false }),
      campaign('acme/limited', { ends_at: `${setup.limitedUntil}-01-01T00:00:00Z` }),
    ],
    sources: [
      source('shop', setup, [
        { name: 'paid', events: ['invoice.paid'], when: amount, email, campaign: 'bonus' },
        { name: 'checkout', events: ['checkout.session.completed'], email, campaign: 'paused' },
        { name: 'charge', events: ['charge.succeeded'], email, campaign: 'limited' },
        { name: 'new', events: ['customer.created'], email, campaign: 'stopped' },
        { name: 'off', events: ['invoice.voided'], email, campaign: 'bonus', enabled: false },
        {
          name: 'on-off',
          events: ['chaos.toggled'],
          email,
          campaign: 'bonus',
          enabled: setup.toggled,
        },
        { name: 'poison', events: ['chaos.poison'], email, campaign: 'bonus' },
      ]),
      source('login', setup, [
        {
          name: 'user',
          events: ['user.created'],
          email: ['$.data.object.email'],
          campaign: 'bonus',
        },
      ]),
      source('staff', setup, [
        {
          name: 'staff',
          events: ['user.lifecycle.create'],
          email: ["$.target[?@.type == 'User'].alternateId"],
          campaign: 'bonus',
        },
      ]),
      { ...source('closed', setup, []), enabled: false },
    ],
  }
}

function globex(setup: Setup) {
  return {
    partner: 'globex',
    campaigns: [campaign('globex/bonus')],
    sources: [
      source('store', setup, [
        {
          name: 'paid',
          events: ['invoice.paid'],
          email: ['$.data.object.customer_email'],
          campaign: 'bonus',
        },
      ]),
      source('hooks', setup, [
        { name: 'user', events: ['user.created'], email: ['$.data.email'], campaign: 'bonus' },
      ]),
    ],
  }
}

function campaign(name: CampaignName, more: object = {}) {
  return { name: name.slice(name.indexOf('/') + 1), mode: 'live', api_key: apiKeys[name], ...more }
}

/** Rotation with overlap: the new secret is added while the old one still counts. */
function source(name: DoorName, setup: Setup, rules: object[]) {
  const { provider, key, secret, rotated } = doors[name]
  const field = provider === 'stripe' || provider === 'standard-webhooks' ? 'secret' : 'token'
  const credentials = [{ name: 'first', [field]: secret }]
  if (setup.rotated && rotated !== secret) credentials.push({ name: 'second', [field]: rotated })
  return { name, provider, key, credentials, rules }
}
