// What somebody fills in about a campaign, as the configuration takes it.
import { isUuid } from '../../../ids.ts'
import { limits } from '../../../limits.ts'
import type { Mistake } from '../../change.ts'
import { minuteOf, minuteText } from '../../days.ts'
import { OtherMistakes, SelectField, TextField } from '../../ui/fields.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export const campaignFields = [
  'name',
  'mode',
  'api_key',
  'starts_at',
  'ends_at',
  'per_second',
] as const
export type CampaignGiven = Record<(typeof campaignFields)[number], string>

export const emptyCampaign: CampaignGiven = {
  name: '',
  mode: 'sandbox',
  api_key: '',
  starts_at: '',
  ends_at: '',
  per_second: '',
}

interface Stored {
  name: string
  mode: string
  starts_at: string | null
  ends_at: string | null
  per_second: number | null
}

export function campaignGiven(stored: Stored, timeZone: string): CampaignGiven {
  const minute = (at: string | null) => (at === null ? '' : minuteText(new Date(at), timeZone))
  const { name, mode, starts_at, ends_at, per_second } = stored
  return {
    name,
    mode,
    api_key: '',
    starts_at: minute(starts_at),
    ends_at: minute(ends_at),
    per_second: per_second === null ? '' : String(per_second),
  }
}

export function readGiven(field: (name: string) => string): CampaignGiven {
  const given = { ...emptyCampaign }
  for (const name of campaignFields) given[name] = field(name).trim()
  return given
}

/** As the configuration takes it; an empty key keeps the stored one, another empty field takes a value away. */
export function campaignWanted(given: CampaignGiven, timeZone: string): Record<string, unknown> {
  const at = (text: string) =>
    text === '' ? null : (minuteOf(text, timeZone)?.toISOString() ?? text)
  const { name, mode, api_key, starts_at, ends_at, per_second } = given
  return {
    name,
    mode,
    ...(api_key !== '' && { api_key: { text: api_key } }),
    starts_at: at(starts_at),
    ends_at: at(ends_at),
    per_second: per_second === '' ? null : Number(per_second.replace(',', '.')),
  }
}

/** What MOAB would answer with an error, and is seen at once. */
export function mistakesIn({ api_key }: CampaignGiven, { language }: Visit): Mistake[] {
  if (api_key === '' || isUuid(api_key)) return []
  return [{ field: 'api_key', says: words[language].campaigns.form.notGuid }]
}

interface FieldsProps {
  visit: Visit
  given: CampaignGiven
  mistakes: readonly Mistake[]
  /** It exists, and has its name. */
  isStored: boolean
  hasKey: boolean
}

export function CampaignFields({ visit, given, mistakes, isStored, hasKey }: FieldsProps) {
  const { form: say, modes } = words[visit.language].campaigns
  return (
    <>
      <OtherMistakes mistakes={mistakes} fields={campaignFields} />
      {!isStored && (
        <TextField
          name="name"
          label={say.name}
          help={say.nameHelp}
          value={given.name}
          mistakes={mistakes}
          required
          max={limits.campaignNameCharsMax}
        />
      )}
      <SelectField
        name="mode"
        label={say.mode}
        value={given.mode}
        mistakes={mistakes}
        options={[
          ['sandbox', modes.sandbox],
          ['live', modes.live],
        ]}
        help={hasKey ? undefined : say.noKey}
      />
      <TextField
        name="api_key"
        label={say.apiKey}
        help={hasKey ? say.apiKeyKept : say.apiKeyHelp}
        value={given.api_key}
        mistakes={mistakes}
      />
      <Dates visit={visit} given={given} mistakes={mistakes} />
      <TextField
        name="per_second"
        label={say.pace}
        help={say.paceHelp}
        type="number"
        value={given.per_second}
        mistakes={mistakes}
      />
    </>
  )
}

function Dates({ visit, given, mistakes }: Omit<FieldsProps, 'isStored' | 'hasKey'>) {
  const { form: say } = words[visit.language].campaigns
  const dates = [
    { name: 'starts_at', label: say.startsAt },
    { name: 'ends_at', label: say.endsAt },
  ] as const
  return (
    <>
      <div class="pair">
        {dates.map(({ name, label }) => (
          <div>
            <TextField
              name={name}
              label={label}
              type="datetime-local"
              value={given[name]}
              mistakes={mistakes}
            />
          </div>
        ))}
      </div>
      <p class="help">{say.datesHelp}</p>
    </>
  )
}
