// In the place of the address where people follow links: what links are, where they lead, and a form that makes
// them for a list of addresses, as POST /api/v1/links does. They are shown once and not kept.
import { writeAudit } from '../../../access/audit.ts'
import { limits } from '../../../limits.ts'
import { csvField } from '../../../links/csv.ts'
import { signingSecret } from '../../../links/mint.ts'
import { createMinter, mintAll, type MadeLink } from '../../../links/minter.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Mistake } from '../../change.ts'
import { fieldsOf } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { outside, type ConsoleParts } from '../../parts.ts'
import { Field, OtherMistakes, TextField } from '../../ui/fields.tsx'
import { CopyText, Told } from '../../ui/marks.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { SettingsForm } from '../sources/settings-form.tsx'
import { answerStep, type Connecting } from './frame.tsx'
import { standingOf, type Standing } from './standing.ts'

interface Wanted {
  emails: string
  days: string
  label: string
}

const usual: Wanted = { emails: '', days: String(limits.linkDaysDefault), label: '' }

interface Shown {
  mistakes: readonly Mistake[]
  wanted?: Wanted
  made?: readonly MadeLink[]
}

export async function linksMade(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source, provider } = connecting
  const field = await fieldsOf(c)
  const wanted = {
    emails: field('emails'),
    days: field('days').trim(),
    label: field('label').trim(),
  }
  const made = await make(c, visit, connecting, wanted)
  const standing = await standingOf(c, parts, visit, source, provider)
  const shown =
    'links' in made
      ? { mistakes: [], made: made.links, wanted: { ...wanted, emails: '' } }
      : { ...made, wanted }
  return LinksStep(c, visit, parts, { ...standing, step: 'address' }, shown)
}

type Made = { links: MadeLink[] } | { mistakes: Mistake[] }

async function make(
  c: Page,
  visit: Visit,
  { parts, source }: Connecting,
  wanted: Wanted,
): Promise<Made> {
  const say = words[visit.language].connect.links
  const emails = addressesIn(wanted.emails)
  const mistakes = mistakesIn(wanted, emails, visit)
  if (mistakes.length > 0) return { mistakes }
  const { partner, language, actor } = visit
  const active = await parts.history.sourceById(partner.id, source.id)
  const path = await pathOfSource(parts, partner.id, source.id)
  const refused = { mistakes: [{ field: '', says: say.noSecret }] }
  if (active === undefined || 'broken' in active || path === undefined) return refused
  const minter = createMinter(
    { source: active, key: path.slice(path.lastIndexOf('/') + 1) },
    {
      base: outside(c, parts),
      campaign: wanted.label === '' ? undefined : wanted.label,
      days: Number(wanted.days),
      now: parts.now(),
    },
  )
  if ('problem' in minter) return refused
  const made = await mintAll(minter, emails)
  if ('mistakes' in made) {
    const says = made.mistakes.map(({ at, problem }) => say.bad(at + 1, problem[language]))
    return { mistakes: [{ field: 'emails', says: says.slice(0, badShown).join('; ') }] }
  }
  await writeAudit(parts.orm, {
    partnerId: partner.id,
    actor,
    action: 'links.made',
    subject: source.id,
    detail: { count: emails.length, campaign: wanted.label },
  })
  return made
}

/** More of the same kind say nothing more. */
const badShown = 5

const addressesIn = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

function mistakesIn({ days, label }: Wanted, emails: readonly string[], visit: Visit): Mistake[] {
  const { language } = visit
  const say = words[language].connect.links
  const number = (count: number) => numberIn(language, count)
  const isDays = /^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= limits.linkDaysMax
  const wrong = (isWrong: boolean, field: string, says: string) =>
    isWrong ? [{ field, says }] : []
  return [
    ...wrong(emails.length === 0, 'emails', say.none),
    ...wrong(
      emails.length > limits.linksPerCallMax,
      'emails',
      say.tooMany(number(limits.linksPerCallMax)),
    ),
    ...wrong(!isDays, 'days', say.badDays(number(limits.linkDaysMax))),
    ...wrong(
      label.length > limits.linkCampaignCharsMax,
      'label',
      say.badLabel(number(limits.linkCampaignCharsMax)),
    ),
  ]
}

export async function LinksStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  shown: Shown,
) {
  const { source, provider } = standing
  const { language, base, partner } = visit
  const { mistakes, made, wanted = usual } = shown
  const { links: say } = words[language].connect
  const here = `${base}/sources/${source.id}/connect`
  const active = await parts.history.sourceById(partner.id, source.id)
  const signing =
    active === undefined || 'broken' in active
      ? { problem: 'no_secret' as const }
      : signingSecret(active, parts.now())
  const ofSettings = mistakes.filter(({ field }) => field === 'settings')
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, status: mistakes.length > 0 ? 422 : 200 },
    <>
      <p>{say.what}</p>
      <p class="help">{say.how}</p>
      {'problem' in signing && signing.problem === 'partner_mints' && <p>{say.theirs}</p>}
      {'secret' in signing && (
        <MakeForm visit={visit} here={here} wanted={wanted} made={made} mistakes={mistakes} />
      )}
      <form method="post" action={`${here}/address`} class="form wide after">
        <details open={'problem' in signing || ofSettings.length > 0} class="more">
          <summary>{say.settings}</summary>
          <SettingsForm
            provider={provider}
            visit={visit}
            given={source.settings}
            mistakes={ofSettings}
          />
        </details>
        <ForDevelopers visit={visit} source={source.name} />
        <button type="submit">{say.next}</button>
      </form>
    </>,
  )
}

interface MakeProps {
  visit: Visit
  here: string
  wanted: Wanted
  made: readonly MadeLink[] | undefined
  mistakes: readonly Mistake[]
}

function MakeForm({ visit, here, wanted, made, mistakes }: MakeProps) {
  const { language } = visit
  const say = words[language].connect.links
  return (
    <section id="make">
      <h2>{say.make}</h2>
      {made !== undefined && <Links made={made} visit={visit} />}
      <form method="post" action={`${here}/links#make`} class="form wide after">
        <OtherMistakes mistakes={mistakes} fields={['settings', 'emails', 'days', 'label']} />
        <Field
          name="emails"
          label={say.emails}
          help={say.emailsHelp(numberIn(language, limits.linksPerCallMax))}
          mistakes={mistakes}
        >
          {(attributes) => (
            <textarea {...attributes} spellcheck={false} maxlength={limits.changeBytesMax / 2}>
              {wanted.emails}
            </textarea>
          )}
        </Field>
        <div class="pair">
          <div>
            <TextField
              name="days"
              label={say.days}
              value={wanted.days}
              mistakes={mistakes}
              max={4}
            />
          </div>
          <div>
            <TextField
              name="label"
              label={say.label}
              help={say.labelHelp}
              value={wanted.label}
              mistakes={mistakes}
              max={limits.linkCampaignCharsMax}
            />
          </div>
        </div>
        <button type="submit">{say.button}</button>
      </form>
    </section>
  )
}

function Links({ made, visit }: { made: readonly MadeLink[]; visit: Visit }) {
  const say = words[visit.language].connect.links
  const lines = made.map(({ email, url }) => `${csvField(email)},${url}`)
  return (
    <>
      <Told>{say.made(made.length)}</Told>
      <p class="help">{say.madeHelp}</p>
      <div class="after">
        <CopyText id="links" text={['email,url', ...lines].join('\n')} visit={visit} />
      </div>
    </>
  )
}

function ForDevelopers({ visit, source }: { visit: Visit; source: string }) {
  const say = words[visit.language].connect.links
  return (
    <details class="more">
      <summary>{say.forDevelopers}</summary>
      <p class="help">{say.command}</p>
      <pre class="bytes" tabindex={0}>
        npm run -s relay -- link {JSON.stringify(source)} --csv people.csv &gt; links.csv
      </pre>
      <p class="help">{say.api}</p>
    </details>
  )
}
