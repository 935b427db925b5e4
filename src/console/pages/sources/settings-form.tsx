// What else a provider needs: fields that its preset names and explains, each with what is wrong with it.
import { limits } from '../../../limits.ts'
import type { Provider, Setting } from '../../../providers/provider.ts'
import type { Mistake } from '../../change.ts'
import { SelectField, TextField } from '../../ui/fields.tsx'
import type { Visit } from '../../visit.ts'

/** Fields are named apart from others in the same form. */
const fieldOf = (name: string) => `setting-${name}`

interface FormProps {
  provider: Provider
  visit: Visit
  given: Readonly<Record<string, string>>
  mistakes: readonly Mistake[]
  /** Only these; absent: all there are. */
  only?: readonly string[]
}

export function SettingsForm({ provider, visit, given, mistakes, only }: FormProps) {
  const shown = settingsOf(provider, only)
  const ofSettings = mistakes.filter(({ field }) => field === 'settings')
  const own = (name: string) => ofSettings.filter(({ within }) => within === name)
  const others = ofSettings.filter(({ within = '' }) => !shown.some(([name]) => name === within))
  return (
    <>
      {others.length > 0 && <p class="wrong">{others.map(({ says }) => says).join('; ')}</p>}
      {shown.map(([name, setting]) => {
        const kept = Object.hasOwn(given, name) ? given[name] : undefined
        return (
          <SettingField
            name={name}
            setting={setting}
            value={kept ?? setting.default ?? ''}
            visit={visit}
            mistakes={own(name)}
          />
        )
      })}
    </>
  )
}

const settingsOf = ({ settings = {} }: Provider, only: readonly string[] | undefined) =>
  Object.entries(settings).filter(([name]) => only?.includes(name) ?? true)

interface FieldProps {
  name: string
  setting: Setting
  value: string
  visit: Visit
  mistakes: readonly Mistake[]
}

function SettingField({ name, setting, value, visit: { language }, mistakes }: FieldProps) {
  const field = fieldOf(name)
  const shared = {
    name: field,
    label: setting.label[language],
    help: setting.help[language],
    value,
    mistakes: mistakes.map(({ says }) => ({ field, says })),
  }
  const { allowed, options } = setting
  return allowed === undefined ? (
    <TextField {...shared} max={limits.settingCharsMax} />
  ) : (
    <SelectField
      {...shared}
      options={allowed.map((each) => [each, options?.[each]?.[language] ?? each])}
    />
  )
}

/** What a form does not ask for, and what saving it must leave alone: the tolerance, the signed URL. */
export const settingsElse = (
  { settings = {} }: Provider,
  given: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(settings, name)))

/**
 * Only what differs from the preset's own, so that a better default reaches those who left it. A blank that
 * ends a default, as in “Bearer ”, is no difference.
 */
export function settingsGiven(
  provider: Provider,
  field: (name: string) => string,
  only?: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    settingsOf(provider, only).flatMap(([name, setting]) => {
      const given = field(fieldOf(name)).trim()
      return given === (setting.default ?? '').trim() ? [] : [[name, given] as const]
    }),
  )
}
