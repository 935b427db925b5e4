// The form of a rule: events, places of the email, conditions, campaign. Beside it an event to click in.
import { eventsOfType } from '../../../providers/event-types.ts'
import type { Provider } from '../../../providers/provider.ts'
import { operatorNames, operators } from '../../../rules/operators.ts'
import type { Candidate } from '../../../rules/hits.ts'
import { limits } from '../../../limits.ts'
import type { Mistake } from '../../change.ts'
import { numberIn } from '../../moments.ts'
import { Field, OtherMistakes, SelectField, TextField } from '../../ui/fields.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import type { Draft, DraftClause } from './draft.ts'

export const draftFields = ['name', 'events', 'email', 'when', 'campaign', 'unsigned_email']

interface FormProps {
  visit: Visit
  draft: Draft
  mistakes: readonly Mistake[]
  provider: Provider
  /** Types that came in, with how often among the newest. */
  came: ReadonlyMap<string, number>
}

export function EventsField({ visit, draft, mistakes, provider, came }: FormProps) {
  const { language } = visit
  const say = words[language].rules
  const types = [...new Set([...came.keys(), ...provider.events.map(({ type }) => type)])].filter(
    (type) => type !== '',
  )
  const others = draft.events.filter((type) => !types.includes(type))
  const own = mistakes.filter(({ field }) => field === 'events')
  return (
    <fieldset>
      <legend>{say.events}</legend>
      {own.length > 0 && <p class="wrong">{own.map(({ says }) => says).join('; ')}</p>}
      <div class="choices">
        {types.map((type) => {
          const [known] = eventsOfType(provider, type)
          const count = came.get(type)
          return (
            <label class="check">
              <input
                type="checkbox"
                name="event"
                value={type}
                checked={draft.events.includes(type)}
              />
              <span>
                {known === undefined ? type : known.label[language]} <code>{type}</code>
                {count !== undefined && (
                  <span class="count"> {say.came(numberIn(language, count))}</span>
                )}
              </span>
            </label>
          )
        })}
      </div>
      <TextField
        name="events"
        label={say.more}
        help={say.eventsHelp}
        value={others.join(', ')}
        mistakes={[]}
        max={limits.eventTypeCharsMax * 4}
      />
    </fieldset>
  )
}

export function EmailField({
  visit,
  draft,
  mistakes,
  candidates,
}: Omit<FormProps, 'provider' | 'came'> & { candidates: readonly Candidate[] }) {
  const { language } = visit
  const say = words[language].rules
  const fresh = candidates.filter(({ path }) => !draft.email.includes(path))
  return (
    <>
      <Field name="email" label={say.email} help={say.emailHelp} mistakes={mistakes}>
        {(attributes) => (
          <textarea
            {...attributes}
            rows={3}
            spellcheck={false}
            maxlength={limits.pathCharsMax * limits.emailPathsPerRuleMax}
          >
            {draft.email.join('\n')}
          </textarea>
        )}
      </Field>
      {fresh.length > 0 && (
        <>
          <h3>{say.suggested}</h3>
          <ul class="rows tight">
            {fresh.map(({ path, hits, of, preset }) => (
              <li>
                <div>
                  <code>{path}</code>
                  <span class="help">
                    {[
                      of > 0
                        ? say.hits(numberIn(language, hits), numberIn(language, of))
                        : say.noHits,
                      preset ? say.fromPreset : '',
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </div>
                <button type="submit" class="quiet" name="pick" value={path} formnovalidate>
                  {say.addPlace}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

export function WhenField({ visit, draft, mistakes }: Omit<FormProps, 'provider' | 'came'>) {
  const { language } = visit
  const say = words[language].rules
  const own = mistakes.filter(({ field }) => field === 'when')
  const rows: DraftClause[] = [...draft.clauses, { path: '', op: 'eq', value: '' }]
  return (
    <fieldset>
      <legend>{say.when}</legend>
      <p class="help">{draft.raw === '' ? say.whenHelp : say.whenRawHelp}</p>
      {own.length > 0 && <p class="wrong">{own.map(({ says }) => says).join('; ')}</p>}
      {draft.raw !== '' ? (
        <textarea name="raw" aria-label={say.whenRaw} rows={8} spellcheck={false}>
          {draft.raw}
        </textarea>
      ) : (
        <>
          {draft.clauses.length > 1 && (
            <select name="joined" aria-label={say.when}>
              <option value="all" selected={draft.joined === 'all'}>
                {say.all}
              </option>
              <option value="any" selected={draft.joined === 'any'}>
                {say.any}
              </option>
            </select>
          )}
          {rows.map(({ path, op, value }) => (
            <div class="clause">
              <input
                name="clause-path"
                type="text"
                value={path}
                placeholder="$.…"
                aria-label={say.path}
                spellcheck={false}
                maxlength={limits.pathCharsMax}
              />
              <select name="clause-op" aria-label={say.op}>
                {operatorNames.map((name) => (
                  <option value={name} selected={name === op}>
                    {operators[name].label[language]}
                  </option>
                ))}
              </select>
              <input
                name="clause-value"
                type="text"
                value={value}
                aria-label={say.value}
                spellcheck={false}
                maxlength={limits.operandCharsMax}
              />
            </div>
          ))}
        </>
      )}
    </fieldset>
  )
}

interface RestProps {
  visit: Visit
  draft: Draft
  mistakes: readonly Mistake[]
  campaigns: readonly (readonly [string, string])[]
  /** Of the event beside: its email is not covered by the proof. */
  unsignedNow: boolean
}

export function RestFields({ visit, draft, mistakes, campaigns, unsignedNow }: RestProps) {
  const say = words[visit.language].rules
  return (
    <>
      {campaigns.length === 0 ? (
        <p>
          {say.noCampaign} <a href={`${visit.base}/campaigns/new`}>{say.makeCampaign}</a>
        </p>
      ) : (
        <SelectField
          name="campaign"
          label={say.campaign}
          value={draft.campaign}
          options={campaigns}
          mistakes={mistakes}
        />
      )}
      <UnsignedField visit={visit} draft={draft} unsignedNow={unsignedNow} />
    </>
  )
}

export function UnsignedField({
  visit,
  draft,
  unsignedNow,
}: Pick<RestProps, 'visit' | 'draft' | 'unsignedNow'>) {
  const say = words[visit.language].rules
  return (
    <>
      <label class="check">
        <input type="checkbox" name="unsigned" value="allow" checked={draft.unsigned} />
        {say.unsigned}
      </label>
      <p class="help">{say.unsignedHelp}</p>
      {unsignedNow && !draft.unsigned && <p class="wrong">{say.unsignedNow}</p>}
    </>
  )
}

export const FormMistakes = ({ mistakes }: { mistakes: readonly Mistake[] }) => (
  <OtherMistakes mistakes={mistakes} fields={draftFields} />
)
