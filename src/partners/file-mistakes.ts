// Mistakes of a config file in Russian. What a form can have as well is said in mistakes.ts; here is what
// only a file can, or what has to be said in another way there. A sentence in neither is shown as it is.
import { sayMistake } from './mistakes.ts'

type Pattern = readonly [RegExp, string | ((...found: string[]) => string)]

const patterns: readonly Pattern[] = [
  // The text itself.
  [/^a config file may have at most (\d+) KiB$/, 'файл не больше $1 КиБ'],
  [/^is empty: a config file starts with .*$/, 'файл пуст: он начинается с «partner: …»'],
  [/^may have at most (\d+) keys$/, 'не больше $1 полей'],
  [/^is read as YAML 1\.2: leave the %YAML line out$/, 'здесь YAML 1.2: уберите строку %YAML'],
  [
    /^aliases \(\*name\) are not allowed: write it out$/,
    'ссылки (*имя) нельзя: напишите полностью',
  ],
  [/^tags \(!name\) are not allowed$/, 'теги (!имя) нельзя'],
  [/^a key must be text$/, 'название поля должно быть текстом'],
  [/^is not a name for a key$/, 'поле так называться не может'],
  [/^holds a character that cannot be stored$/, 'здесь символ, который нельзя сохранить'],
  [/^the key "(.*)" stands twice: .*$/, 'поле «$1» указано дважды'],
  [/^this key stands twice: .*$/, 'это поле указано дважды'],
  [/^is not YAML: (.*)$/s, 'это не YAML: $1'],
  // What may stand where.
  [
    /^unknown key "([^"]*)", did you mean "([^"]*)"\? \(allowed: (.*)\)$/,
    'неизвестное поле «$1»: может быть, «$2»? Можно: $3',
  ],
  [
    /^is missing: a live campaign needs .*$/,
    'не указан: боевой кампании нужен ключ API, который выдаёт MOAB, — текстом, ${VARIABLE} или { file: путь }',
  ],
  [/^is missing: (.*)$/s, (_, wanted = '') => `не указано: ${sayFileMistake(wanted)}`],
  [
    /^must be text, \$\{VARIABLE\}, \{ file: path \} or \{ stored: name \}$/,
    'должно быть текстом, ${VARIABLE}, { file: путь } или { stored: название }',
  ],
  [/^must be text: put it in quotes$/, 'должно быть текстом: возьмите в кавычки'],
  [/^must be a time with its offset, like (\S+)$/, 'должно быть временем с поясом, как $1'],
  [
    /^there is no (.+?) "([^"]*)"(?:: did you mean (.*)\?|\.) (.*)$/,
    (_, what = '', name = '', meant, there = '') =>
      `${nothing(what)} «${name}»${meant === undefined ? '.' : `: может быть, ${inMarks(meant)}?`} ${present(there)}`.trimEnd(),
  ],
  [/^there is already a (\w+) with this name: names are unique$/, 'такое название уже есть выше'],
  [
    /^stands in this file already: one document each$/,
    'уже есть в этом файле: по документу каждому',
  ],
  [/^stands under (\w+) as well: .*$/, 'стоит и под $1: уберите оттуда'],
  [
    /^a credential of (.+) is (.+); here is (.+)$/,
    (_, provider = '', forms = '', given = '') =>
      `ключ ${provider} — это ${forms.replaceAll(', or ', ' или ')}, а здесь ${given === 'nothing' ? 'ничего' : given}`,
  ],
  [
    /^does not fit the stored credential (.*): give credentials of (.*) \((.*)\)$/,
    (_, names = '', provider = '', forms = '') =>
      `не подходит к сохранённому ключу ${inMarks(names)}: укажите ключи ${provider} (${forms.replaceAll(', or ', ' или ')})`,
  ],
  [/^is the key of another source of this file already$/, 'такой ключ в этом файле уже есть'],
  [/^is the key of another source: .*$/, 'такой ключ у другого источника: возьмите случайный'],
  [
    /^must have (\d+) to (\d+) characters of (.*), made of .*$/,
    'от $1 до $2 случайных символов $3',
  ],
  // What is given in another place.
  [/^the environment variable (\w+) is not set$/, 'переменная окружения $1 не задана'],
  [/^the environment variable (\w+) is empty$/, 'переменная окружения $1 пуста'],
  [/^the file (.+) cannot be read as text$/, 'файл $1 не удалось прочитать как текст'],
  [/^the file (.+) is empty$/, 'файл $1 пуст'],
  [
    /^the (?:file|environment variable) (.+) may have at most (\d+) characters$/,
    '$1: не длиннее $2 символов',
  ],
  [
    /^a variable must be the whole value; .*$/,
    'переменная должна быть всем значением; если это просто текст, напишите { text: "…" }',
  ],
  [
    /^is kept when it is left out: .*$/,
    'если не указывать, останется прежний: { stored } здесь не нужен',
  ],
  [/^to keep the stored one write .*$/, 'чтобы остался прежний, напишите { stored: true }'],
  [
    /^the database has no API key of this campaign to keep$/,
    'у этой кампании ещё нет ключа API в базе',
  ],
  // Warnings.
  [/^has no credential: .*$/, 'нет ключа: пока его нет, ни один запрос не будет принят'],
  [
    /^is in the past: this credential proves nothing$/,
    'уже прошло: этот ключ ничего не доказывает',
  ],
  [/^is in the past$/, 'уже прошло'],
  [/^holds (\d+) bonuses that wait: .*$/, 'в ней ждут бонусы: $1; они остаются отложенными'],
  [/^does not have the form of a GUID: .*$/, 'не похоже на GUID: MOAB может не принять такой ключ'],
  [/^begins or ends with white space: .*$/, 'в начале или в конце пробел: он точно нужен?'],
  [/^is taken as it stands: .*$/, 'взято как есть: переменными могут быть только секреты'],
]

export function sayFileMistake(message: string): string {
  const found = patterns.find(([pattern]) => pattern.test(message))
  if (found === undefined) return sayMistake(message, 'ru')
  const [pattern, says] = found
  return typeof says === 'string'
    ? message.replace(pattern, says)
    : message.replace(pattern, (...parts: string[]) => says(...parts))
}

/** In the genitive. */
const absent: Readonly<Record<string, string>> = {
  provider: 'нет провайдера',
  campaign: 'нет кампании',
  source: 'нет источника',
}

function nothing(what: string): string {
  const setting = /^setting of (.*)$/.exec(what)?.[1]
  if (setting !== undefined) return `у ${setting} нет настройки`
  return absent[what] ?? `нет сохранённого ключа (${what.split(' ').at(-1)})`
}

/** `"a" or "b"` as `«a» или «b»` */
const inMarks = (names: string) => names.replaceAll(/"([^"]*)"/g, '«$1»').replace(' or ', ' или ')

const present = (there: string) =>
  there
    .replace('There are none', '')
    .replace('There are: ', 'Есть: ')
    .replace(/ and (\d+) more$/, ' и ещё $1')
    .replace(/^(.*) lists all (\d+)$/, 'Весь список ($2): $1')
