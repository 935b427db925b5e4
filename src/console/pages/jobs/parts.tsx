// One plan or job: what it is about, what it would do or did, and how far it has come.
import { isListProblem, listProblems } from '../../../jobs/list.ts'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import type { listJobs, readJob } from '../../../ledger/jobs.ts'
import { sayReason } from '../../../ledger/words.ts'
import type { Listed } from '../../found.ts'
import { momentIn, numberIn } from '../../moments.ts'
import { Facts } from '../../ui/facts.tsx'
import { Mark, Moment, upper, type Tone } from '../../ui/marks.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export type Job = NonNullable<Awaited<ReturnType<typeof readJob>>>

const tones = {
  planned: 'care',
  nothing: 'none',
  expired: 'none',
  running: 'wait',
  done: 'good',
  cancelled: 'none',
} as const satisfies Record<Job['state'] | 'nothing', Tone>

export const isOver = ({ state }: Pick<Job, 'state'>) => state !== 'running'

interface StateProps {
  job: Pick<Job, 'state' | 'progress'>
  visit: Visit
}

export function JobState({ job: { state, progress }, visit }: StateProps) {
  const shown = state === 'planned' && progress.items === 0 ? 'nothing' : state
  return <Mark tone={tones[shown]}>{words[visit.language].grants.jobs.states[shown]}</Mark>
}

export function JobLine({ job, visit }: { job: Listed<typeof listJobs>; visit: Visit }) {
  const say = words[visit.language].grants.jobs
  return (
    <li>
      <a href={`${visit.base}/jobs/${job.id}`}>
        <JobState job={job} visit={visit} />
        <span class="what">
          {say.kinds[job.kind]} <small>{say.items[job.kind](job.progress.items)}</small>
        </span>
        <span class="who"></span>
        <Moment at={job.planned_at} visit={visit} />
      </a>
    </li>
  )
}

interface JobProps {
  job: Job
  visit: Visit
}

export function Work({ job, visit }: JobProps) {
  const { language } = visit
  const say = words[language].grants.jobs
  // The noun alone, for the number stands beside it.
  const items = say.items[job.kind](job.progress.items).replace(/^\S+ /, '')
  return (
    <>
      <Facts
        facts={[
          [say.at, <Moment at={job.planned_at} visit={visit} />],
          [upper(items), numberIn(language, job.progress.items)],
        ]}
      />
      <section>
        <h2>{job.kind === 'import' ? say.would : say.was}</h2>
        <Found job={job} visit={visit} />
      </section>
      {job.kind === 'replay' && job.state === 'planned' && <p>{say.replayHelp}</p>}
      {job.state === 'planned' && <Decide job={job} visit={visit} />}
    </>
  )
}

/** What the plan found out; read with care, for it was stored as it was then. */
function Found({ job, visit }: JobProps) {
  const { language } = visit
  const say = words[language].grants.jobs
  const { counts = {}, examples = [], mistakes = [] } = foundIn(job.found)
  return (
    <>
      <Facts
        facts={inOrder(Object.entries(counts), say.counts).map(([word, count]) => [
          sayWord(word, language),
          numberIn(language, count),
        ])}
      />
      {examples.length > 0 && (
        <>
          <h3>{say.examples}</h3>
          <ul class="told">
            {examples.map((example) => (
              <Example example={example} kind={job.kind} visit={visit} />
            ))}
          </ul>
        </>
      )}
      {mistakes.length > 0 && (
        <>
          <h3>{say.mistakes}</h3>
          <ul class="told">
            {mistakes.map(({ line, problem }) => (
              <li>
                {say.line(line)}:{' '}
                {isListProblem(problem) ? listProblems[problem][language] : problem}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** JSON keeps no order of names: as the table has them. */
const inOrder = (counts: [string, number][], table: object) =>
  counts.toSorted(([a], [b]) => Object.keys(table).indexOf(a) - Object.keys(table).indexOf(b))

interface FoundView {
  counts?: Record<string, number>
  examples?: ExampleView[]
  mistakes?: { line: number; problem: string }[]
}

interface ExampleView {
  id: string | undefined
  /** What it is called: an address, a type of event. */
  name: string | undefined
  word: string | undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function foundIn(found: unknown): FoundView {
  if (!isRecord(found)) return {}
  const { counts, examples, mistakes } = found
  return {
    counts: Object.fromEntries(
      Object.entries(isRecord(counts) ? counts : {}).flatMap(([word, count]) =>
        typeof count === 'number' ? [[word, count] as const] : [],
      ),
    ),
    examples: (Array.isArray(examples) ? examples : []).flatMap((example) =>
      isRecord(example) ? [exampleOf(example)] : [],
    ),
    mistakes: (Array.isArray(mistakes) ? mistakes : []).flatMap((each) =>
      isRecord(each) && typeof each['line'] === 'number'
        ? [{ line: each['line'], problem: String(each['reason'] ?? each['problem']) }]
        : [],
    ),
  }
}

const exampleOf = (example: Record<string, unknown>): ExampleView => ({
  id: textOf(example['id']),
  name: textOf(example['email']) ?? textOf(example['type']),
  word: textOf(example['word']),
})

interface ExampleProps {
  example: ExampleView
  kind: Job['kind']
  visit: Visit
}

function Example({ example: { id, name, word }, kind, visit }: ExampleProps) {
  const said = word === undefined ? undefined : sayWord(word, visit.language)
  const [first, ...rest] = [name, said].filter((text) => text !== undefined)
  const things = kind === 'retry' ? 'grants' : 'events'
  return (
    <li>
      {id === undefined ? first : <a href={`${visit.base}/${things}/${id}`}>{first}</a>}
      {rest.map((text) => ` · ${text}`)}
    </li>
  )
}

/** What a plan counts by: a word of lists, or `state: reason` of an event or a bonus. */
function sayWord(word: string, language: Visit['language']): string {
  const { fates, events, grants } = words[language]
  if (isKey(grants.jobs.counts, word)) return grants.jobs.counts[word]
  const [state = '', reason] = word.split(': ')
  if (isKey(fates, state)) {
    const why = sayReason(state, reason ?? null, language)
    return why === null ? fates[state] : `${fates[state]}: ${why}`
  }
  return isKey(events.states, state) ? upper(events.states[state]) : word
}

const isKey = <T extends object>(table: T, word: PropertyKey): word is keyof T =>
  Object.hasOwn(table, word)

function Decide({ job, visit }: JobProps) {
  const { language, timeZone, base } = visit
  const say = words[language].grants.jobs
  if (job.progress.items === 0) return <p>{say.nothing}</p>
  if (!visit.may('grants:write')) return null
  return (
    <form method="post" action={`${base}/jobs/${job.id}/confirm`}>
      <input type="hidden" name="fingerprint" value={job.fingerprint} />
      <button type="submit">{say.confirm}</button>
      <p class="help">{say.expires(momentIn(language, new Date(job.expires_at), timeZone))}</p>
    </form>
  )
}

export function Progress({ job, visit }: JobProps) {
  const { language, base } = visit
  const say = words[language].grants.jobs
  const { items, waiting, done, skipped, failed } = job.progress
  const counts = { done, skipped, failed, waiting }
  return (
    <>
      <progress
        class="progress"
        max={Math.max(items, 1)}
        value={items - waiting}
        aria-label={say.progress}
      ></progress>
      <p>
        {(['done', 'skipped', 'failed', 'waiting'] as const)
          .filter((word) => counts[word] > 0)
          .map((word) => `${say[word]} ${numberIn(language, counts[word])}`)
          .join(' · ')}
      </p>
      {job.made !== null && <p>{say.made(job.made)}</p>}
      {Object.keys(job.left).length > 0 && (
        <>
          <h3>{say.why}</h3>
          <ul class="told">
            {Object.entries(job.left).map(([reason, count]) => (
              <li>
                {isSkipReason(reason) ? skipReasons[reason][language] : reason}:{' '}
                {numberIn(language, count)}
              </li>
            ))}
          </ul>
        </>
      )}
      {job.state === 'running' && visit.may('grants:write') && (
        <form method="post" action={`${base}/jobs/${job.id}/cancel`}>
          <button type="submit" class="quiet danger">
            {say.cancel}
          </button>
          <p class="help">{say.cancelHelp}</p>
        </form>
      )}
    </>
  )
}
