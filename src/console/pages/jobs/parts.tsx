// One plan or job: what it is about, what it would do or did, and how far it has come.
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import type { listJobs, readJob } from '../../../ledger/jobs.ts'
import type { Listed } from '../../found.ts'
import { momentIn, numberIn } from '../../moments.ts'
import { Facts } from '../../ui/facts.tsx'
import { Mark, Moment, type Tone } from '../../ui/marks.tsx'
import type { Visit } from '../../visit.ts'
import { words, type Words } from '../../words.ts'

export type Job = NonNullable<Awaited<ReturnType<typeof readJob>>>

const tones = {
  planned: 'care',
  expired: 'none',
  running: 'wait',
  done: 'good',
  cancelled: 'none',
} as const satisfies Record<Job['state'], Tone>

export const isOver = ({ state }: Pick<Job, 'state'>) => state !== 'running'

export const JobState = ({ state, visit }: { state: Job['state']; visit: Visit }) => (
  <Mark tone={tones[state]}>{words[visit.language].grants.jobs.states[state]}</Mark>
)

export function JobLine({ job, visit }: { job: Listed<typeof listJobs>; visit: Visit }) {
  const say = words[visit.language].grants.jobs
  return (
    <li>
      <a href={`${visit.base}/jobs/${job.id}`}>
        <JobState state={job.state} visit={visit} />
        <span class="what">
          {say.kinds[job.kind]} <small>{say.items(job.progress.items)}</small>
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
  const items = say.items(job.progress.items).replace(/^\S+ /, '')
  return (
    <>
      <Facts
        facts={[
          [say.at, <Moment at={job.planned_at} visit={visit} />],
          [items, numberIn(language, job.progress.items)],
        ]}
      />
      <section>
        <h2>{say.would}</h2>
        <Found job={job} visit={visit} />
      </section>
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
        facts={Object.entries(counts).map(([word, count]) => [
          sayCount(word, language, say),
          numberIn(language, count),
        ])}
      />
      {examples.length > 0 && (
        <>
          <h3>{say.examples}</h3>
          <ul class="told">
            {examples.map((example) => (
              <li>{example}</li>
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
                {say.line(line)}: {problem}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

interface FoundView {
  counts?: Record<string, number>
  examples?: string[]
  mistakes?: { line: number; problem: string }[]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
      isRecord(example) ? [lineOf(example)] : [],
    ),
    mistakes: (Array.isArray(mistakes) ? mistakes : []).flatMap((each) =>
      isRecord(each) && typeof each['line'] === 'number'
        ? [{ line: each['line'], problem: String(each['problem']) }]
        : [],
    ),
  }
}

const shownInExample = ['email', 'type', 'state', 'reason', 'answer'] as const

const lineOf = (example: Record<string, unknown>) =>
  shownInExample
    .map((name) => example[name])
    .filter((value) => typeof value === 'string')
    .join(' · ')

function sayCount(word: string, language: Visit['language'], say: Words['grants']['jobs']): string {
  const { fates, events } = words[language]
  if (isKey(say.counts, word)) return say.counts[word]
  if (isKey(fates, word)) return fates[word]
  if (isKey(events.states, word)) return events.states[word]
  return isSkipReason(word) ? skipReasons[word][language] : word
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
