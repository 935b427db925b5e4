// Mistakes of a config file: the text (with ⟦ where the finger must point), and what is said there.
export interface Mistake {
  what: string
  text: string
  path: string
  message: string
  env?: Record<string, string>
  files?: Record<string, string>
}

const key = 'abcdefghijklmnopqrstuv'
const campaign = (body: string) => `partner: acme\ncampaigns:\n  - { ${body} }\n`
const live = (rest: string) => campaign(`name: a, mode: live, api_key: k, ${rest}`)
const source = (body: string) => `partner: acme\nsources:\n  - { name: s, ${body} }\n`
const github = (body: string) => source(`provider: github, ${body}`)
const credential = (provider: string, body: string) =>
  source(`provider: ${provider}, credentials: [${body}]`)
const rule = (body: string) =>
  `partner: acme\ncampaigns: [{ name: c, mode: sandbox }]\nsources:\n  - name: s\n    provider: github\n    rules:\n      - { ${body} }\n`
const when = (condition: string) =>
  rule(`events: [x], email: [$.e], campaign: c, when: ${condition}`)

const c0 = 'campaigns[0]'
const s0 = 'sources[0]'
const r0 = `${s0}.rules[0]`
const k0 = `${s0}.credentials[0]`

// One row each, however long.
// prettier-ignore
export const mistakes: readonly Mistake[] = [
  // -- the text itself
  { what: 'an empty file', text: '⟦', path: '', message: 'is empty: a config file starts with "partner: …"' },
  { what: 'a file of comments', text: '⟦# nothing\n', path: '', message: 'is empty' },
  { what: 'a list instead of a mapping', text: '⟦- partner: acme\n', path: '', message: 'must be a mapping of keys to values' },
  { what: 'a bracket that does not close', text: 'partner: acme\nsources: [{ name: s }⟦', path: '', message: 'is not YAML: Flow sequence in block collection must be' },
  { what: 'a tab as indentation', text: 'partner: acme\nsources:\n⟦\t- name: s\n', path: '', message: 'is not YAML: Tabs are not allowed as indentation' },
  { what: 'a key that stands twice', text: 'partner: acme\n⟦partner: other\n', path: '', message: 'the key "partner" stands twice: each key may stand once' },
  { what: 'a tag', text: 'partner: ⟦!env ACME\n', path: '', message: 'tags (!name) are not allowed' },
  { what: 'a binary tag', text: 'partner: ⟦!!binary YQ==\n', path: '', message: 'tags (!name) are not allowed' },
  { what: 'an alias', text: 'partner: &p acme\ncampaigns: [{ name: ⟦*p, mode: sandbox }]\n', path: '', message: 'aliases (*name) are not allowed: write it out' },
  { what: 'an alias of itself', text: 'partner: acme\ncampaigns: &c [⟦*c]\n', path: '', message: 'aliases (*name) are not allowed' },
  { what: 'a merge key', text: campaign('⟦<<: { name: a }, name: b, mode: sandbox'), path: `${c0}.<<`, message: 'unknown key "<<"' },
  { what: 'a key that is a list', text: 'partner: acme\n? ⟦[a]\n: b\n', path: '', message: 'a key must be text' },
  { what: 'a prototype as key', text: 'partner: acme\n⟦__proto__: { x: 1 }\n', path: '', message: 'is not a name for a key' },
  { what: 'a zero byte', text: 'partner: ⟦"a\\0"\n', path: '', message: 'holds a character that cannot be stored' },
  { what: 'half a character', text: 'partner: ⟦"a\\ud800"\n', path: '', message: 'holds a character that cannot be stored' },
  { what: 'another version of YAML', text: '⟦%YAML 1.1\n---\npartner: acme\n', path: '', message: 'is read as YAML 1.2: leave the %YAML line out' },
  { what: 'nesting without end', text: `partner: acme\ncampaigns: ${'['.repeat(40)}⟦${'['.repeat(200_000)}`, path: '', message: 'may be nested at most 40 deep' },
  { what: 'a flood of keys', text: `⟦${Array.from({ length: 201 }, (_, i) => `k${i}: 1\n`).join('')}`, path: '', message: 'may have at most 200 keys' },
  { what: 'a file beyond the limit', text: `⟦partner: acme\n#${'x'.repeat(1024 * 1024)}`, path: '', message: 'a config file may have at most 1024 KiB' },
  // -- partner
  { what: 'no partner', text: '⟦campaigns: []\n', path: 'partner', message: 'is missing: must be text' },
  { what: 'a number as partner', text: 'partner: ⟦42\n', path: 'partner', message: 'must be text: put it in quotes' },
  { what: 'an empty partner', text: "partner: ⟦''\n", path: 'partner', message: 'must not be empty' },
  { what: 'a slash in a partner', text: 'partner: ⟦a/b\n', path: 'partner', message: 'may hold no "/"' },
  { what: 'a misspelled key', text: 'partner: acme\n⟦campaings: []\n', path: 'campaings', message: 'unknown key "campaings", did you mean "campaigns"? (allowed: partner, campaigns, sources, archived)' },
  { what: 'a partner twice', text: 'partner: acme\n---\npartner: ⟦acme\n', path: 'partner', message: 'stands in this file already' },
  { what: 'campaigns that are no list', text: 'partner: acme\ncampaigns: ⟦{ name: a }\n', path: 'campaigns', message: 'must be a list' },
  // -- campaigns
  { what: 'an unknown mode', text: campaign('name: a, mode: ⟦test'), path: `${c0}.mode`, message: 'must be one of live, sandbox' },
  { what: 'no mode', text: campaign('name: a').replace('{', '⟦{'), path: `${c0}.mode`, message: 'is missing: must be one of live, sandbox' },
  { what: 'a live campaign without a key', text: campaign('name: a, mode: live').replace('{', '⟦{'), path: `${c0}.api_key`, message: 'is missing: a live campaign needs the API key that MOAB issued' },
  { what: 'an empty key', text: campaign("name: a, mode: live, api_key: ⟦''"), path: `${c0}.api_key`, message: 'must not be empty' },
  { what: 'a variable that is not set', text: campaign('name: a, mode: live, api_key: ⟦${MOAB_KEY}'), path: `${c0}.api_key`, message: 'the environment variable MOAB_KEY is not set' },
  { what: 'a variable that is empty', text: campaign('name: a, mode: live, api_key: ⟦${MOAB_KEY}'), path: `${c0}.api_key`, message: 'the environment variable MOAB_KEY is empty', env: { MOAB_KEY: ' ' } },
  { what: 'a variable inside a text', text: campaign('name: a, mode: live, api_key: ⟦"x ${MOAB_KEY}"'), path: `${c0}.api_key`, message: 'a variable must be the whole value', env: { MOAB_KEY: 'k' } },
  { what: 'a variable named like a member of every object', text: campaign('name: a, mode: live, api_key: ⟦${constructor}'), path: `${c0}.api_key`, message: 'the environment variable constructor is not set' },
  { what: 'a file that is not there', text: campaign('name: a, mode: live, api_key: ⟦{ file: moab.key }'), path: `${c0}.api_key`, message: 'the file moab.key cannot be read as text' },
  { what: 'an empty file for a secret', text: campaign('name: a, mode: live, api_key: ⟦{ file: moab.key }'), path: `${c0}.api_key`, message: 'the file moab.key is empty', files: { '/etc/relay/moab.key': '\n' } },
  { what: 'a stored key of a campaign that is new', text: campaign('name: a, mode: live, api_key: ⟦{ stored: true }'), path: `${c0}.api_key`, message: 'the database has no API key of this campaign to keep' },
  { what: 'a stored key by a name', text: campaign('name: a, mode: live, api_key: ⟦{ stored: b }'), path: `${c0}.api_key`, message: 'to keep the stored one write { stored: true }' },
  { what: 'a reference of another form', text: campaign('name: a, mode: live, api_key: ⟦{ env: X }'), path: `${c0}.api_key`, message: 'must be text, ${VARIABLE}, { file: path } or { stored: name }' },
  { what: 'a number as key', text: campaign('name: a, mode: live, api_key: ⟦12345'), path: `${c0}.api_key`, message: 'must be text: put it in quotes' },
  { what: 'a URL of another kind', text: live('url: ⟦ftp://moab.example'), path: `${c0}.url`, message: 'must be a URL that starts with http:// or https://' },
  { what: 'a time without an offset', text: live('starts_at: ⟦2026-12-01T00:00:00'), path: `${c0}.starts_at`, message: 'must be a time with its offset, like 2026-12-01T00:00:00+03:00' },
  { what: 'a day that is not', text: live('starts_at: ⟦2026-02-30T00:00:00Z'), path: `${c0}.starts_at`, message: 'must be a time with its offset' },
  { what: 'a year far away', text: live('ends_at: ⟦9999-01-01T00:00:00Z'), path: `${c0}.ends_at`, message: 'must lie between the years 2000 and 2200' },
  { what: 'an end before the start', text: live('starts_at: 2027-02-01T00:00:00Z, ends_at: ⟦2027-01-01T00:00:00Z'), path: `${c0}.ends_at`, message: 'must be later than starts_at' },
  { what: 'no pace at all', text: live('per_second: ⟦0'), path: `${c0}.per_second`, message: 'must be at least 0.001' },
  { what: 'an infinite pace', text: live('per_second: ⟦.inf'), path: `${c0}.per_second`, message: 'must be a number' },
  { what: 'a pace beyond the limit', text: live('per_second: ⟦1001'), path: `${c0}.per_second`, message: 'may be at most 1000' },
  { what: 'yes instead of true', text: live('enabled: ⟦yes'), path: `${c0}.enabled`, message: 'must be true or false' },
  { what: 'a campaign name twice', text: `partner: acme\ncampaigns:\n  - { name: a, mode: sandbox }\n  - { name: ⟦' a ', mode: sandbox }\n`, path: 'campaigns[1].name', message: 'there is already a campaign with this name' },
  { what: 'a name of several lines', text: campaign('name: ⟦"a\\nb", mode: sandbox'), path: `${c0}.name`, message: 'may hold no control characters' },
  // -- sources
  { what: 'an unknown provider', text: source('provider: ⟦strip'), path: `${s0}.provider`, message: 'there is no provider "strip": did you mean "stripe"? `moab-relay providers` lists all 82' },
  { what: 'a provider by the beginning of its name', text: source('provider: ⟦auth0'), path: `${s0}.provider`, message: 'there is no provider "auth0": did you mean "auth0-action", "auth0-event-stream" or "auth0-log-stream"? `moab-relay providers` lists' },
  { what: 'a provider nobody knows', text: source('provider: ⟦quickpay'), path: `${s0}.provider`, message: 'there is no provider "quickpay". `moab-relay providers` lists' },
  { what: 'no provider', text: 'partner: acme\nsources: [⟦{ name: s }]\n', path: `${s0}.provider`, message: 'is missing: must be text' },
  { what: 'a source name twice', text: `partner: acme\nsources:\n  - { name: s, provider: github }\n  - { name: ⟦s, provider: stripe }\n`, path: 'sources[1].name', message: 'there is already a source with this name' },
  { what: 'a short ingest key', text: github('key: ⟦abcdefghijklmno'), path: `${s0}.key`, message: 'must have 16 to 200 characters of A-Z a-z 0-9 _ -, made of at least 128 random bits' },
  { what: 'an ingest key with a slash', text: github('key: ⟦abcdefgh/ijklmnop'), path: `${s0}.key`, message: 'must have 16 to 200 characters' },
  { what: 'an ingest key twice', text: `partner: acme\nsources:\n  - { name: s, provider: github, key: ${key} }\n  - { name: t, provider: stripe, key: ⟦${key} }\n`, path: 'sources[1].key', message: 'is the key of another source of this file already' },
  { what: 'an ingest key to be kept', text: github('key: ⟦{ stored: true }'), path: `${s0}.key`, message: 'is kept when it is left out' },
  { what: 'an unknown setting', text: source('provider: generic-hmac, settings: { ⟦heder: X }'), path: `${s0}.settings.heder`, message: 'there is no setting of Webhook with an HMAC signature "heder": did you mean "header"?' },
  { what: 'a setting for a provider without any', text: github('settings: { ⟦issuer: x }'), path: `${s0}.settings.issuer`, message: 'There are: url, tolerance' },
  { what: 'a setting outside its choice', text: source('provider: generic-hmac, settings: { hash: ⟦md5 }'), path: `${s0}.settings.hash`, message: 'setting "hash": must be one of sha256, sha384, sha512, sha1' },
  { what: 'a setting that is no path', text: source("provider: generic-hmac, settings: { key_path: ⟦'$[' }"), path: `${s0}.settings.key_path`, message: 'setting "key_path": must be a JSONPath' },
  { what: 'a list of addresses with none', text: source('provider: yookassa, settings: { networks: ⟦10.0.0.0/99 }'), path: `${s0}.settings.networks`, message: 'setting "networks": entry 1: the number after "/" must lie between 0 and 32' },
  { what: 'a service account that is no email', text: source('provider: google-pubsub, settings: { audience: x, service_account: ⟦push }'), path: `${s0}.settings.service_account`, message: 'must be an email address' },
  { what: 'a template without the body', text: source("provider: generic-hmac, settings: ⟦{ template: 'x' }"), path: `${s0}.settings`, message: 'the body must be signed: {body} is missing' },
  { what: 'a setting that is a list', text: github('settings: { tolerance: ⟦[300] }'), path: `${s0}.settings.tolerance`, message: 'must be text' },
  { what: 'a tolerance without end', text: github('settings: { tolerance: ⟦86401 }'), path: `${s0}.settings.tolerance`, message: 'must be a number of seconds from 1 to 86400' },
  // -- credentials
  { what: 'a field of another provider', text: credential('github', '⟦{ token: x }'), path: k0, message: 'a credential of GitHub is secret; here is token' },
  { what: 'half a pair', text: credential('generic-token', '⟦{ username: x }'), path: k0, message: 'is token, or username + password; here is username' },
  { what: 'a credential of nothing', text: credential('github', '⟦{ name: x }'), path: k0, message: 'is secret; here is nothing' },
  { what: 'a misspelled field', text: credential('github', '{ ⟦sercet: x, secret: y }'), path: `${k0}.sercet`, message: 'unknown key "sercet", did you mean "secret"?' },
  { what: 'an empty secret', text: credential('github', "{ secret: ⟦' ' }"), path: `${k0}.secret`, message: 'must not be empty' },
  { what: 'a key set over http', text: credential('kinde', '{ jwksUrl: ⟦http://example.com/jwks }'), path: `${k0}.jwksUrl`, message: 'only encrypted connections' },
  { what: 'a key set without keys', text: credential('kinde', '{ jwks: ⟦{ keys: [] } }'), path: `${k0}.jwks`, message: 'must be a JSON Web Key Set' },
  { what: 'a stored secret that is not there', text: credential('github', '{ secret: ⟦{ stored: old } }'), path: `${k0}.secret`, message: 'there is no stored credential with a secret "old". There are none' },
  { what: 'a credential name twice', text: credential('github', "{ secret: a }, { name: ⟦'1', secret: b }"), path: `${s0}.credentials[1].name`, message: 'there is already a credential with this name' },
  { what: 'too many credentials', text: github(`credentials: ⟦[${Array.from({ length: 11 }, (_, i) => `{ secret: s${i} }`).join(', ')}]`), path: `${s0}.credentials`, message: 'may have at most 10 entries' },
  // -- rules
  { what: 'a path that is none', text: rule("events: [x], email: [$.e, ⟦'$..['], campaign: c"), path: `${r0}.email[1]`, message: 'at character' },
  { what: 'an unknown campaign', text: rule('events: [x], email: [$.e], campaign: ⟦cc'), path: `${r0}.campaign`, message: 'there is no campaign "cc". There are: c' },
  { what: 'no events', text: rule('events: ⟦[], email: [$.e], campaign: c'), path: `${r0}.events`, message: 'must not be empty' },
  { what: 'a star in the middle', text: rule("events: [⟦'a*b'], email: [$.e], campaign: c"), path: `${r0}.events[0]`, message: '"*" may stand only at the end' },
  { what: 'text instead of a list', text: rule('events: [x], email: ⟦$.e, campaign: c'), path: `${r0}.email`, message: 'must be a list' },
  { what: 'an unknown key of a rule', text: rule('⟦event: [x], events: [x], email: [$.e], campaign: c'), path: `${r0}.event`, message: 'unknown key "event", did you mean "events"? (allowed: name, enabled, events, when, email, campaign, unsigned_email)' },
  { what: 'an unknown operator', text: when("{ path: $.a, op: ⟦is, value: 1 }"), path: `${r0}.when.op`, message: 'must be one of eq, ne' },
  { what: 'an operand of another type', text: when("{ all: [{ path: $.a, op: gt, value: ⟦'1' }] }"), path: `${r0}.when.all[0].value`, message: 'must be a number, without quotes' },
  { what: 'an unknown key of a condition', text: when('{ any: [{ path: $.a, op: exists, ⟦vlaue: true }] }'), path: `${r0}.when.any[0].vlaue`, message: 'unknown key "vlaue"' },
  { what: 'anything but allow', text: rule('events: [x], email: [$.e], campaign: c, unsigned_email: ⟦true'), path: `${r0}.unsigned_email`, message: 'must be one of allow' },
  { what: 'a rule name twice', text: rule('name: a, events: [x], email: [$.e], campaign: c }\n      - { name: ⟦a, events: [y], email: [$.e], campaign: c'), path: `${s0}.rules[1].name`, message: 'there is already a rule with this name' },
]
