// What else a provider needs: fields that its preset names and explains.
import { limits } from '../../../limits.ts'
import type { Provider } from '../../../providers/provider.ts'
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
}

export function SettingsForm({ provider, visit: { language }, given, mistakes }: FormProps) {
  const own = mistakes.map(({ says }) => says).join('; ')
  return (
    <>
      {own !== '' && <p class="wrong">{own}</p>}
      {Object.entries(provider.settings ?? {}).map(([name, setting]) => {
        const value =
          (Object.hasOwn(given, name) ? given[name] : undefined) ?? setting.default ?? ''
        const shared = {
          name: fieldOf(name),
          label: setting.label[language],
          help: setting.help[language],
          value,
          mistakes: [],
        }
        return setting.allowed === undefined ? (
          <TextField {...shared} max={limits.settingCharsMax} />
        ) : (
          <SelectField {...shared} options={setting.allowed.map((each) => [each, each])} />
        )
      })}
    </>
  )
}

/** Only what differs from the preset's own, so that a better default reaches those who left it. */
export function settingsGiven(
  { settings = {} }: Provider,
  field: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => {
      const given = field(fieldOf(name)).trim()
      return given === (setting.default ?? '') ? [] : [[name, given] as const]
    }),
  )
}
