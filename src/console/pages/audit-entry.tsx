// One entry of the audit as a person reads it: what was done to what, by whom, and from what to what.
import type { Child } from 'hono/jsx'
import { isUuid } from '../../ids.ts'
import type { listAuditEntries } from '../../ledger/access.ts'
import { fateWords, isFate, sayReason } from '../../ledger/words.ts'
import { noFile } from '../../partners/editing/edit.ts'
import { kepts, type Kept } from '../../privacy/retention.ts'
import { hrefWith } from '../ui/lists.tsx'
import { Moment, upper } from '../ui/marks.tsx'
import type { Standing } from '../visit.ts'
import { words, type Words } from '../words.ts'

type Say = Words['audit']
type Entry = Extract<
  Awaited<ReturnType<typeof listAuditEntries>>,
  { items: unknown }
>['items'][number]

export interface Known {
  /** By id: emails, names of tokens and channels. */
  names: ReadonlyMap<string, string>
  /** Ids, by name. */
  sources: ReadonlyMap<string, string>
  campaigns: ReadonlyMap<string, string>
}

interface RowProps {
  entry: Entry
  visit: Standing
  known: Known
  /** The page of the audit. */
  here: string
}

export function EntryRow({ entry, visit, known, here }: RowProps) {
  const say = words[visit.language].audit
  const { subject } = entry
  return (
    <li>
      <div>
        <Done entry={entry} visit={visit} known={known} />
        <Turn entry={entry} visit={visit} />
        <span class="help">
          {[sayActor(entry.actor, known, visit), ...saidOf(entry, visit, known)].join(' · ')}
          {subject !== null && (
            <>
              {' · '}
              <a href={hrefWith(here, { subject })}>{say.onlyThis}</a>
            </>
          )}
        </span>
      </div>
      <span class="when">
        <Moment at={entry.at} visit={visit} />
      </span>
    </li>
  )
}

/** “The source “shop” was changed”, “Changed a member’s role: anna@…”. */
function Done({ entry, visit, known }: Omit<RowProps, 'here'>) {
  const say = words[visit.language].audit
  const { action, subject } = entry
  const changed = action === 'config.applied' ? readChange(entry) : undefined
  if (changed !== undefined) {
    const { thing, name, did } = changed
    const href = hrefOfThing(changed, visit, known)
    const label = say.things[thing](name)
    return (
      <>
        <strong>{href === undefined ? label : <a href={href}>{label}</a>}</strong>{' '}
        {say.did[did](thing)}
      </>
    )
  }
  return (
    <>
      <strong>{upper(entry.told)}</strong>
      {subject !== null && (
        <>
          {': '}
          <Subject entry={entry} subject={subject} visit={visit} known={known} />
        </>
      )}
    </>
  )
}

interface SubjectProps {
  entry: Entry
  subject: string
  visit: Standing
  known: Known
}

/** Where there is a page for it, the way there. */
const pagesOf = {
  event: { path: 'events', scope: 'events:read', what: 'event' },
  grant: { path: 'grants', scope: 'grants:read', what: 'grant' },
  receipt: { path: 'grants', scope: 'grants:read', what: 'grant' },
  job: { path: 'jobs', scope: 'grants:read', what: 'job' },
  channel: { path: 'settings/notices', scope: 'config:read', what: 'channel' },
  links: { path: 'sources', scope: 'config:read', what: 'source' },
} as const
const hasPage = (area: string): area is keyof typeof pagesOf => Object.hasOwn(pagesOf, area)

function Subject({ entry, subject, visit, known }: SubjectProps): Child {
  const say = words[visit.language].audit
  const { action } = entry
  const area = action.split('.')[0] ?? ''
  const name = known.names.get(subject)
  if (hasPage(area) && isUuid(subject) && action !== 'channel.removed') {
    const { path, scope, what } = pagesOf[area]
    const label = name ?? `${say.subjects[what]} ${short(subject)}`
    return visit.may(scope) ? <a href={`${visit.base}/${path}/${subject}`}>{label}</a> : label
  }
  if (name !== undefined) return name
  if (area === 'export' && isExported(subject)) return say.exported[subject]
  if (area === 'person' || area === 'erasure')
    return <Person entry={entry} subject={subject} visit={visit} />
  return <code>{short(subject)}</code>
}

/** By the beginning of a keyed hash; with the way to the erasure, where there was one. */
function Person({ entry, subject, visit }: Omit<SubjectProps, 'known'>) {
  const person = `${words[visit.language].audit.subjects.person} ${short(subject)}`
  const erasure = detailsIn(entry.detail).get('erasure')
  const isSeen = typeof erasure === 'string' && visit.may('people:erase')
  return isSeen ? <a href={`${visit.base}/erasures/${erasure}`}>{person}</a> : <>{person}</>
}

const isExported = (text: string): text is keyof Say['exported'] =>
  Object.hasOwn(words.en.audit.exported, text)

/** An id is long; its end tells it from others, as its beginning is the time. */
const short = (id: string) => (isUuid(id) ? `…${id.slice(-8)}` : id)

export const saySubject = (subject: string, { names }: Known, say: Say): string => {
  const changed = readThing(subject)
  if (changed !== undefined) return say.things[changed.thing](changed.name)
  return names.get(subject) ?? short(subject)
}

type Thing = keyof Say['things']
type Did = keyof Say['did']

const isThing = (text: string): text is Thing => Object.hasOwn(words.en.audit.things, text)
const isDid = (text: unknown): text is Did =>
  typeof text === 'string' && Object.hasOwn(words.en.audit.did, text)

/** `source shop`, `rule shop/paid invoices`. */
function readThing(subject: string): { thing: Thing; name: string } | undefined {
  const space = subject.indexOf(' ')
  const thing = subject.slice(0, space)
  return space > 0 && isThing(thing) ? { thing, name: subject.slice(space + 1) } : undefined
}

function readChange({ subject, detail }: Entry) {
  const read = readThing(subject ?? '')
  const did = detailsIn(detail).get('did')
  return read !== undefined && isDid(did) ? { ...read, did } : undefined
}

function hrefOfThing(
  { thing, name }: { thing: Thing; name: string },
  { base, may }: Standing,
  { sources, campaigns }: Known,
): string | undefined {
  if (!may('config:read')) return undefined
  if (thing === 'campaign')
    return campaigns.has(name) ? `${base}/campaigns/${campaigns.get(name)}` : undefined
  if (thing === 'partner') return undefined
  const source = sources.get(thing === 'source' ? name : (name.split('/')[0] ?? ''))
  return source === undefined ? undefined : `${base}/sources/${source}`
}

/** Whoever reads it knows herself, also where she is no member. */
export function sayActor(actor: string, { names }: Pick<Known, 'names'>, at: Standing): string {
  const say = words[at.language].audit
  const [kind = '', id = ''] = actor.split(':')
  const name = actor === at.actor ? at.person.email : names.get(id)
  if (kind === 'token' && name !== undefined) return upper(say.byToken(name))
  if (name !== undefined) return name
  return isActor(kind) ? upper(say.actors[kind]) : actor
}

const isActor = (text: string): text is keyof Say['actors'] =>
  Object.hasOwn(words.en.audit.actors, text)

const detailsIn = (detail: Entry['detail']) =>
  new Map<string, unknown>(Object.entries(detail ?? {}))

/** Whatever else the entry says; what only a program can use is left to the API. */
const unsaid: readonly string[] = [
  'fingerprint',
  'kid',
  'invitation',
  'definition',
  'session',
  'erasure',
]

function saidOf(entry: Entry, visit: Standing, { names }: Known): string[] {
  const say = namesOfDetails(entry, visit)
  const said = entry.action === 'config.applied' ? ['did'] : namesTurned(entry)
  const name = names.get(entry.subject ?? '')
  return [...detailsIn(entry.detail)]
    .filter(
      ([key, value]) =>
        !unsaid.includes(key) &&
        !said.includes(key) &&
        value !== '' &&
        value !== false &&
        value !== 0 &&
        value !== name &&
        value !== noFile,
    )
    .map(([key, value]) => `${say.get(key) ?? key}: ${sayValue(key, value, visit)}`)
}

/** What the details are called, in entries of this kind. */
function namesOfDetails({ action }: Entry, { language }: Standing): Map<string, string> {
  const { audit, privacy } = words[language]
  const periods = kepts.map((kept): [string, string] => [kept, privacy.retention.kept[kept].label])
  return new Map<string, string>(
    Object.entries({
      ...audit.details,
      ...(action === 'retention.changed' && Object.fromEntries(periods)),
      ...(action === 'erasure.done' && privacy.erasure.kinds),
    }),
  )
}

const isKept = (text: string): text is Kept => kepts.some((kept) => kept === text)

/** What it was and what it became, where the entry says both. */
function namesTurned({ action, detail }: Entry): string[] {
  const details = detailsIn(detail)
  const names = ['before', action === 'member.changed' ? 'role' : 'did']
  return names.every((name) => details.has(name)) ? names : []
}

function Turn({ entry, visit }: { entry: Entry; visit: Standing }) {
  const [before, after] = namesTurned(entry)
  if (before === undefined || after === undefined) return null
  const details = detailsIn(entry.detail)
  return (
    <span class="line diff">
      <span class="gone">{sayValue(after, details.get(before), visit)}</span> →{' '}
      <span class="added">{sayValue(after, details.get(after), visit)}</span>
    </span>
  )
}

/** Which of its fields: `mode, api_key`. */
export function sayChanged(text: string, language: Standing['language']): string {
  const fields = new Map<string, string>(Object.entries(words[language].audit.fields))
  return text
    .split(/[,\s]+/)
    .map((field) => fields.get(field) ?? field)
    .join(', ')
}

/** A role, a state or a kind has a word of its own in each language. */
function sayValue(name: string, value: unknown, { language }: Standing): string {
  const text = String(value)
  if (name === 'changed') return sayChanged(text, language)
  const { audit, settings, events, grants, notices, privacy } = words[language]
  const kinds = Object.entries(notices.kinds).map(([kind, { name: word }]) => [kind, word])
  const tables: Readonly<Record<string, object>> = {
    role: { ...settings.people.roles, operator: audit.operator },
    how: audit.hows,
    wrong: audit.wrongs,
    codes: { true: audit.yes },
    whole: { true: audit.yes },
    reveal: { true: audit.yes },
    did: audit.retried,
    state: events.states,
    kind: { ...Object.fromEntries(kinds), ...grants.jobs.kinds },
  }
  const word = new Map<string, unknown>(Object.entries(tables[name] ?? {})).get(text)
  if (typeof word === 'string') return word
  if (isKept(name)) return text.replaceAll('without end', privacy.retention.endless)
  if (name === 'reason') return sayReason('held', text, language) ?? text
  const isState = name === 'did' || name === 'before'
  return isState && isFate(text) ? fateWords[text][language] : text
}
