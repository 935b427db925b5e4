// …/rejections/:id: one refused request, diagnosed; its body behind a button, for each look is noted.
import { Hono } from 'hono'
import type { Scope } from '../../../access/scopes.ts'
import { readRejection, readRejectionBody } from '../../../ledger/rejections.ts'
import { about, type ShowsOne } from '../../about.ts'
import { smallForm } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Facts, Headers, type Fact } from '../../ui/facts.tsx'
import { Findings, findingsOf } from '../../ui/findings.tsx'
import { Moment, upper } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sayRejection } from '../../../ledger/rejection-words.ts'

type Rejection = NonNullable<Awaited<ReturnType<typeof readRejection>>>

export function rejectionRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/rejections/:id'
  const aboutRejection = (needed: readonly Scope[], shows: ShowsOne<Rejection>) =>
    about(parts, needed, ({ asker }, id) => readRejection(parts.ledger, asker, id), shows)
  app.get(
    path,
    aboutRejection(['rejections:read'], (c, visit, rejection) =>
      rejectionPage(c, visit, parts, rejection),
    ),
  )
  app.post(
    `${path}/body`,
    smallForm,
    aboutRejection(['rejections:read', 'people:reveal'], async (c, visit, rejection) => {
      const body = await readRejectionBody(parts.ledger, visit.asker, rejection.id)
      return body === undefined ? notThere(c) : rejectionPage(c, visit, parts, rejection, body)
    }),
  )
  return app
}

async function rejectionPage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  rejection: Rejection,
  body?: Buffer,
) {
  const { language, base } = visit
  const { sources, events } = words[language]
  const findings = await findingsOf(c, visit, parts, rejection)
  const mayLook = body === undefined && rejection.body_bytes > 0 && visit.may('people:reveal')
  return answerIn(
    c,
    visit,
    {
      title: upper(sayRejection(rejection.reason, language)),
      place: 'events',
      above: { href: `${base}/rejections`, label: sources.rejections.title },
    },
    <>
      <Findings findings={findings} visit={visit} hint={rejection.hint} />
      <Facts facts={factsOf(rejection, visit)} />
      <Headers headers={rejection.headers} label={events.one.headers} />
      {body !== undefined && <Body body={body} visit={visit} />}
      {mayLook && <Look visit={visit} rejection={rejection} />}
    </>,
  )
}

function factsOf(rejection: Rejection, visit: Visit): Fact[] {
  const { language, base } = visit
  const say = words[language].sources.rejections
  const { source, at, ip, method, body_bytes: bytes } = rejection
  return [
    [
      say.source,
      <>
        <a href={`${base}/sources/${source.id}`}>{source.name}</a> (
        {providerName(source.provider, language)})
      </>,
    ],
    [say.at, <Moment at={at} visit={visit} />],
    [say.from, ip ?? '–'],
    [say.method, method],
    [say.size, numberIn(language, bytes)],
  ]
}

const Body = ({ body, visit }: { body: Buffer; visit: Visit }) => (
  <>
    <h2>{words[visit.language].sources.rejections.body}</h2>
    <pre class="bytes" tabindex={0}>
      {body.toString('utf8')}
    </pre>
  </>
)

function Look({ visit, rejection }: { visit: Visit; rejection: Rejection }) {
  const say = words[visit.language].sources.rejections
  return (
    <form method="post" action={`${visit.base}/rejections/${rejection.id}/body`} class="more">
      <button type="submit" class="quiet">
        {say.look}
      </button>
      <p class="help">{say.lookHelp}</p>
    </form>
  )
}
