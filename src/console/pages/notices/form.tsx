// The form of a channel as it looks.
import { alarmKinds } from '../../../alarms/kinds.ts'
import { limits } from '../../../limits.ts'
import { securities, type ChannelKind } from '../../../notices/channels.ts'
import { languages } from '../../reader.ts'
import { upper } from '../../ui/marks.tsx'
import type { Standing } from '../../visit.ts'
import { words, type Words } from '../../words.ts'
import { offeredTo, rowsOf, type Field, type FieldRow, type Typed, type Wrong } from './typed.ts'

type Say = Words['notices']

interface FormProps {
  visit: Standing
  kind: ChannelKind
  action: string
  typed: Typed
  wrong: Wrong
  isThere: boolean
}

export function ChannelForm({ visit, kind, action, typed, wrong, isThere }: FormProps) {
  const say = words[visit.language].notices
  const rows = rowsOf(kind)
  const rare = rows.filter(({ rare: isRare }) => isRare)
  const input = (row: (typeof rows)[number]) => (
    <Input
      say={say}
      row={row}
      value={typed.fields[row.name] ?? ''}
      wrong={wrong.get(row.name)}
      isThere={isThere}
    />
  )
  return (
    <form method="post" action={action} class="form">
      <input type="hidden" name="kind" value={kind} />
      <label for="name">{say.name}</label>
      <input
        id="name"
        name="name"
        type="text"
        autocomplete="off"
        required
        maxlength={limits.nameCharsMax}
        value={typed.name}
        {...marked('name', wrong.get('name'))}
      />
      <Help id="name" text="" wrong={wrong.get('name')} />
      {rows.filter(({ rare: isRare }) => !isRare).map(input)}
      <label for="language">{say.language}</label>
      <select id="language" name="language">
        {Object.entries(languages).map(([each, name]) => (
          <option value={each} selected={each === typed.language}>
            {name}
          </option>
        ))}
      </select>
      <Alarms visit={visit} typed={typed} wrong={wrong.get('alarms')} />
      {rare.length > 0 && (
        <details class="more" open={rare.some(({ name }) => wrong.has(name))}>
          <summary>{say.more}</summary>
          <div>{rare.map(input)}</div>
        </details>
      )}
      <button type="submit">{isThere ? say.save : say.make}</button>
    </form>
  )
}

interface InputProps {
  say: Say
  row: FieldRow & { name: Field }
  value: string
  wrong: string | undefined
  isThere: boolean
}

function Input({ say, row, value: typed, wrong, isThere }: InputProps) {
  const { name, is, required, sealed, secret } = row
  const isKept = isThere && sealed === true
  // Typed, and not kept: whoever sends the form again must type it again.
  const isLost = secret === true && typed !== ''
  const value = secret === true ? '' : typed
  const help = isLost ? say.retype : isKept ? say.keep : say.help[name]
  const attributes = { id: name, name, ...marked(name, wrong, help) }
  return (
    <>
      <label for={name}>{say.fields[name]}</label>
      {is === 'choice' ? (
        <select {...attributes}>
          {securities.map((each) => (
            <option value={each} selected={each === (value === '' ? 'starttls' : value)}>
              {say.securities[each]}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...attributes}
          type={secret === true ? 'password' : 'text'}
          inputmode={is === 'number' ? 'numeric' : undefined}
          autocomplete={secret === true ? 'new-password' : 'off'}
          spellcheck={false}
          required={isLost || (required === true && !isKept)}
          maxlength={limits.urlCharsMax}
          value={value}
        />
      )}
      <Help id={name} text={help} wrong={wrong} />
    </>
  )
}

const marked = (id: string, wrong: string | undefined, help = '') => ({
  ...(wrong !== undefined && { 'aria-invalid': 'true' }),
  ...((wrong !== undefined || help !== '') && { 'aria-describedby': `${id}-help` }),
})

function Help({ id, text, wrong }: { id: string; text: string; wrong: string | undefined }) {
  if (wrong === undefined && text === '') return null
  return (
    <p class={wrong === undefined ? 'help' : 'help wrong'} id={`${id}-help`}>
      {wrong ?? text}
    </p>
  )
}

interface AlarmsProps {
  visit: Standing
  typed: Typed
  wrong: string | undefined
}

function Alarms({ visit, typed, wrong }: AlarmsProps) {
  const { language } = visit
  return (
    <fieldset {...(wrong !== undefined && { 'aria-describedby': 'alarms-help' })}>
      <legend>{words[language].notices.alarms}</legend>
      <Help id="alarms" text="" wrong={wrong} />
      <div class="choices">
        {offeredTo(visit).map((name) => (
          <label class="check">
            <input
              type="checkbox"
              name="alarm"
              value={name}
              checked={typed.alarms.includes(name)}
            />
            <span>
              {alarmKinds[name].title[language]}{' '}
              <span class="help">{upper(alarmKinds[name].says[language])}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
