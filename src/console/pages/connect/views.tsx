// The pages of the steps. Each is whole without a script; what was chosen travels in the forms.
import type { Child } from 'hono/jsx'
import { limits } from '../../../limits.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Mistake } from '../../change.ts'
import { Problem } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { hitsOf } from '../../../rules/hits.ts'
import { namesOf } from '../../ui/choices.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Copyable, Told } from '../../ui/marks.tsx'
import { Logo, nameOf } from '../../ui/providers.tsx'
import { OtherMistakes } from '../../ui/fields.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { steps, type Standing, type Step } from './standing.ts'
import { CredentialForm } from '../sources/credential-form.tsx'
import { DryRunView, type Tried } from '../rules/dry-run.tsx'
import type { Draft } from '../rules/draft.ts'
import { EmailField, EventsField } from '../rules/form.tsx'
import { EventToClick } from '../rules/event.tsx'
import { sightOf } from '../rules/sight.ts'
import { SettingsForm } from '../sources/settings-form.tsx'
import { outside } from '../sources/meant.ts'

interface FrameProps {
  title: string
  status?: 200 | 422
  refreshSeconds?: number
}

export const stepHref = ({ base }: Visit, { source }: Standing, step: Step) =>
  hrefWith(`${base}/sources/${source.id}/connect`, { step })

export function answerStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  { title, status = 200, refreshSeconds }: FrameProps,
  body: Child,
) {
  const { source, provider, step, reached } = standing
  const { connect: say } = words[visit.language]
  const here = steps.indexOf(step)
  const done = Math.max(steps.indexOf(reached), here)
  return answerIn(
    c,
    visit,
    {
      title,
      place: 'sources',
      above: { href: `${visit.base}/sources/${source.id}`, label: source.name },
      aside: <Logo id={source.provider} language={visit.language} />,
      status,
      ...(refreshSeconds !== undefined && { refreshSeconds }),
    },
    <>
      <ol class="steps">
        {steps
          .filter((each) => each !== 'secret' || provider.credentials.length > 0)
          .map((each) => {
            const at = steps.indexOf(each)
            const label = say.steps[each]
            return (
              <li
                class={at < here ? 'past' : undefined}
                aria-current={each === step ? 'step' : undefined}
              >
                {at <= done && each !== step && each !== 'campaign' ? (
                  <a href={stepHref(visit, standing, each)}>{label}</a>
                ) : (
                  label
                )}
              </li>
            )
          })}
      </ol>
      {body}
    </>,
  )
}

export async function AddressStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  mistakes: readonly Mistake[],
) {
  const { source, provider } = standing
  const { language, partner, base } = visit
  const { connect, sources } = words[language]
  const say = connect.address
  const url = outside(c, parts) + ((await pathOfSource(parts, partner.id, source.id)) ?? '')
  const isReachable = /^https:\/\/(?!localhost|127\.)/.test(url)
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title(nameOf(provider, language)), status: mistakes.length > 0 ? 422 : 200 },
    <form method="post" action={`${base}/sources/${source.id}/connect/address`} class="form wide">
      <OtherMistakes mistakes={mistakes} fields={['settings']} />
      <p>
        <strong>{say.paste}</strong>
      </p>
      <Copyable text={url} visit={visit} label={sources.one.url} />
      {!isReachable && <p class="help">{say.insecure}</p>}
      <p class="after">
        <strong>{say.pasteAt}</strong> {provider.guide.url[language]}
      </p>
      {provider.guide.note !== undefined && <p class="help">{provider.guide.note[language]}</p>}
      {provider.snippet !== undefined && (
        <details>
          <summary>{say.snippet}</summary>
          <pre class="bytes" id="snippet" tabindex={0}>
            {provider.snippet.text}
          </pre>
          <button
            type="button"
            class="quiet"
            data-copy=""
            data-copy-from="snippet"
            data-copied={words[language].common.copied}
            hidden
          >
            {words[language].common.copy}
          </button>
        </details>
      )}
      {provider.settings !== undefined && (
        <details
          open={
            mistakes.length > 0 || Object.values(provider.settings).some(({ required }) => required)
          }
          class="more"
        >
          <summary>{say.settings}</summary>
          <SettingsForm
            provider={provider}
            visit={visit}
            given={source.settings}
            mistakes={mistakes.filter(({ field }) => field === 'settings')}
          />
        </details>
      )}
      <button type="submit">{say.next}</button>
    </form>,
  )
}

export function SecretStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  mistakes: readonly Mistake[],
) {
  const { source, provider } = standing
  const { language, base } = visit
  const say = words[language].connect.secret
  const here = `${base}/sources/${source.id}`
  const hasOne = source.credentials.some(({ state }) => state !== 'ended')
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title(nameOf(provider, language)), status: mistakes.length > 0 ? 422 : 200 },
    <>
      <p>{provider.guide.secret[language]}</p>
      {hasOne && (
        <p>
          {say.have} <a href={stepHref(visit, standing, 'first')}>{say.skip}</a>
        </p>
      )}
      <form method="post" action={`${here}/connect/secret`} class="form" autocomplete="off">
        <CredentialForm
          visit={visit}
          provider={provider}
          mistakes={mistakes}
          checkAt={`${here}/credentials/check`}
        />
        <button type="submit">{say.next}</button>
      </form>
    </>,
  )
}

interface Written {
  draft: Draft
  shownId: string
  problem?: string
}

export async function EmailStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  { draft, shownId, problem }: Written,
) {
  const { source, provider } = standing
  const { language, partner, base } = visit
  const { connect, sources } = words[language]
  const say = connect.email
  const active = await parts.history.sourceById(partner.id, source.id)
  if (active === undefined || 'broken' in active)
    return answerStep(
      c,
      visit,
      standing,
      { title: say.title },
      <Problem>{sources.one.broken(active?.broken ?? '')}</Problem>,
    )
  const sight = await sightOf(parts, active, draft, shownId)
  const meant = sight.events
    .map(({ event }) => event)
    .filter(({ type }) => draft.events.includes(type))
  const number = (value: number) => numberIn(language, value)
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, status: problem === undefined ? 200 : 422 },
    <form method="post" action={`${base}/sources/${source.id}/connect/email`} class="two">
      <section>
        {problem !== undefined && <Problem>{problem}</Problem>}
        <p>{say.help}</p>
        {meant.length > 0 && draft.email.length > 0 && (
          <p class="done">{say.found(number(hitsOf(draft.email, meant)), number(meant.length))}</p>
        )}
        <EventsField
          visit={visit}
          draft={draft}
          mistakes={[]}
          provider={provider}
          came={sight.came}
        />
        <EmailField visit={visit} draft={draft} mistakes={[]} candidates={sight.candidates} />
        <button type="submit">{say.next}</button>
      </section>
      <EventToClick visit={visit} sight={sight} draft={draft} mayWrite onlyEmail />
    </form>,
  )
}

export async function CampaignStep(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  standing: Standing,
  draft: Draft,
  mistakes: readonly Mistake[],
) {
  const { language, base, asker } = visit
  const say = words[language].connect.campaign
  const names = await namesOf(parts.ledger, asker, 'campaigns')
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, status: mistakes.length > 0 ? 422 : 200 },
    <form
      method="post"
      action={`${base}/sources/${standing.source.id}/connect/campaign`}
      class="form"
    >
      {mistakes.length > 0 && <Problem>{mistakes.map(({ says }) => says).join('; ')}</Problem>}
      {draft.events.map((type) => (
        <input type="hidden" name="event" value={type} />
      ))}
      <input type="hidden" name="email" value={draft.email.join('\n')} />
      {draft.unsigned && <input type="hidden" name="unsigned" value="allow" />}
      {names.length > 0 && (
        <>
          <label class="check">
            <input type="radio" name="which" value="existing" checked />
            {say.existing}
          </label>
          <select name="campaign" aria-label={say.existing}>
            {names.map(([name]) => (
              <option value={name} selected={name === draft.campaign}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <label class="check">
        <input type="radio" name="which" value="new" checked={names.length === 0} />
        {say.fresh}
      </label>
      <input
        name="fresh"
        type="text"
        aria-label={say.freshName}
        value={freeName(names)}
        maxlength={limits.campaignNameCharsMax}
      />
      <p class="help">{say.freshHelp}</p>
      <button type="submit">{say.next}</button>
    </form>,
  )
}

function freeName(names: readonly (readonly [string, string])[]): string {
  const taken = new Set(names.map(([name]) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'sandbox' : `sandbox ${number}`
    if (!taken.has(name)) return name
  }
}

export function CheckStep(
  c: Page,
  visit: Visit,
  standing: Standing,
  rule: NonNullable<Standing['rule']>,
  tried: Tried | undefined,
) {
  const { language, base } = visit
  const { source } = standing
  const say = words[language].connect.check
  const newly = tried?.newly_matched.events ?? 0
  return answerStep(
    c,
    visit,
    standing,
    { title: rule.enabled ? say.isOn : say.title },
    <>
      {rule.enabled && <Told>{say.isOnHelp}</Told>}
      {tried !== undefined && <DryRunView tried={tried} visit={visit} />}
      {tried !== undefined && tried.matched.events === 0 && <p>{say.none}</p>}
      {rule.enabled ? (
        <div class="actions more">
          {newly > 0 && visit.may('grants:write') && (
            <form method="post" action={`${base}/jobs/new`}>
              <input type="hidden" name="kind" value="replay" />
              <input type="hidden" name="source" value={source.name} />
              <button type="submit" title={say.pastHelp}>
                {say.past(numberIn(language, newly))}
              </button>
            </form>
          )}
          <a class="button quiet" href={`${base}/sources/${source.id}`}>
            {say.toSource}
          </a>
          <a href={base}>{say.toOverview}</a>
        </div>
      ) : (
        <form method="post" action={`${base}/sources/${source.id}/connect/on`}>
          <div class="actions more">
            <button type="submit">{say.on}</button>
            <a href={`${base}/rules/${rule.id}`}>{say.back}</a>
          </div>
          <p class="help">{say.onHelp}</p>
        </form>
      )}
    </>,
  )
}
