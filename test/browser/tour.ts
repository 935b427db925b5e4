// Every page of the console, by its route, with something to show in it. A route that is added and not in
// this list is missed by a test.
import { idIn, type World } from './world.ts'

type Look = (world: World) => string | Promise<string>

const base = '/console/p/vector'
const at =
  (path: string): Look =>
  () =>
    base + path
const of =
  (before: string, table: string, after = '', where?: string): Look =>
  async (world) =>
    `${base}${before}${await idIn(world, table, where)}${after}`

/** The way in, for whoever is not signed in. */
export const outside: Record<string, Look> = {
  '/': () => '/',
  '/signin': () => '/signin',
  '/setup': () => '/setup',
  '/setup/:token': () => '/setup/unknown',
  '/join/:token': () => '/join/unknown',
  '/reset/:token': () => '/reset/unknown',
}

const sourceWith = (provider: string) => `provider = '${provider}'`

export const pages: Record<string, Look> = {
  '/console': () => '/console?all',
  '/console/account': () => '/console/account',
  '/console/p/:partner': at(''),
  '/console/p/:partner/events': at('/events'),
  '/console/p/:partner/events/:id': of('/events/', 'events'),
  '/console/p/:partner/people': at('/people'),
  '/console/p/:partner/grants': at('/grants'),
  '/console/p/:partner/grants/:id': of('/grants/', 'grants'),
  '/console/p/:partner/jobs': at('/jobs'),
  '/console/p/:partner/jobs/new': at('/jobs/new?kind=retry'),
  '/console/p/:partner/jobs/:id': of('/jobs/', 'jobs'),
  '/console/p/:partner/campaigns': at('/campaigns'),
  '/console/p/:partner/campaigns/new': at('/campaigns/new'),
  '/console/p/:partner/campaigns/:id': of('/campaigns/', 'campaigns'),
  '/console/p/:partner/sources': at('/sources'),
  '/console/p/:partner/sources/:id': of('/sources/', 'sources'),
  '/console/p/:partner/sources/:id/credentials/new': of('/sources/', 'sources', '/credentials/new'),
  '/console/p/:partner/sources/:id/credentials/:credential/rotate': async (world) =>
    credentialPage(world, 'rotate'),
  '/console/p/:partner/sources/:id/credentials/:credential/remove': async (world) =>
    credentialPage(world, 'remove'),
  '/console/p/:partner/rejections': at('/rejections'),
  '/console/p/:partner/rejections/:id': of('/rejections/', 'rejections'),
  '/console/p/:partner/sources/:id/rules/new': of('/sources/', 'sources', '/rules/new'),
  '/console/p/:partner/rules/:id': of('/rules/', 'rules'),
  '/console/p/:partner/audit': at('/audit'),
  '/console/p/:partner/settings': at('/settings'),
  '/console/p/:partner/settings/people': at('/settings/people'),
  '/console/p/:partner/settings/tokens': at('/settings/tokens'),
  '/console/p/:partner/settings/notices': at('/settings/notices'),
  '/console/p/:partner/settings/notices/new': at('/settings/notices/new?kind=email'),
  '/console/p/:partner/settings/notices/:id': of(
    '/settings/notices/',
    'notice_channels',
    '',
    'owner_id is not null',
  ),
  '/console/p/:partner/settings/config': at('/settings/config'),
  '/console/p/:partner/settings/retention': at('/settings/retention'),
  '/console/p/:partner/erasures/:id': of('/erasures/', 'erasures'),
  '/console/p/:partner/connect': at('/connect'),
  '/console/p/:partner/sources/:id/connect': of(
    '/sources/',
    'sources',
    '/connect?step=email',
    sourceWith('tilda'),
  ),
}

const installation = '/console/installation'

/** What is no partner's. */
export const ofOperators: Record<string, Look> = {
  [installation]: () => installation,
  [`${installation}/operators`]: () => `${installation}/operators`,
  [`${installation}/settings/tokens`]: () => `${installation}/settings/tokens`,
  [`${installation}/settings/notices`]: () => `${installation}/settings/notices`,
  [`${installation}/settings/notices/new`]: () => `${installation}/settings/notices/new?kind=email`,
  [`${installation}/settings/notices/:id`]: async (world) =>
    `${installation}/settings/notices/${await idIn(world, 'notice_channels', 'owner_id is null')}`,
  [`${installation}/audit`]: () => `${installation}/audit`,
}

/** Steps and states that a route has besides its first. */
export const more: Look[] = [
  ...['address', 'secret', 'first', 'campaign', 'check'].map((step) =>
    of('/sources/', 'sources', `/connect?step=${step}`, sourceWith('stripe')),
  ),
  at('/connect?provider=paypal'),
  at('/connect?provider=firebase-blocking'),
  at('/connect?provider=signed-link'),
  at('/events?state=parked'),
  at('/events?source=unknown'),
  at('/jobs/new?kind=replay'),
  at('/sources?archived=true'),
  at('/nothing-here'),
]

async function credentialPage(world: World, what: string): Promise<string> {
  const source = await idIn(world, 'sources', sourceWith('stripe'))
  const id = await idIn(world, 'credentials', `source_id = '${source}'`)
  return `${base}/sources/${source}/credentials/${id}/${what}`
}
