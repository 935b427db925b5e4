// Mistakes in what somebody filled in. The grammar of the configuration says them in English; here are
// the same sentences for Russian readers, and both are without what only a file needs to be told (for that
// there is file-mistakes.ts). A sentence that is not here is shown as it is.
import { refusals } from '../outgoing/refusals.ts'

const pathsLook =
  'путь выглядит так: $$.data.email, $$.items[0].email или $$.list[?@.primary == true].email'

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^is missing: a live campaign needs .*$/, 'в боевом режиме нужен ключ API, который выдаёт MOAB'],
  [/^is missing(?:: .*)?$/, 'не заполнено'],
  [/^is required$/, 'не заполнено'],
  [/^must not be empty$/, 'не может быть пустым'],
  [/^must have at least (\d+) characters$/, 'не короче $1 символов'],
  [/^may have at most (\d+) characters$/, 'не длиннее $1 символов'],
  [/^may have at most (\d+) entries$/, 'не больше $1'],
  [/^may be at most (\S+)$/, 'не больше $1'],
  [/^must be at least (\S+)$/, 'не меньше $1'],
  [/^must be a (?:whole )?number(?:, without quotes)?$/, 'должно быть числом'],
  [/^must be text(?:, in quotes|: put it in quotes)?$/, 'должно быть текстом'],
  [
    /^must be text \(of at most (\d+) characters\), a number, true, false or null$/,
    'должно быть текстом не длиннее $1 символов, числом, true, false или null',
  ],
  [/^must be true or false$/, 'должно быть true или false'],
  [/^must be a list$/, 'должно быть списком'],
  [/^must be a mapping of keys to values$/, 'должно быть объектом: { … }'],
  [
    /^is too large to be exact: write it as text, in quotes$/,
    'слишком большое число, чтобы сравнивать точно: запишите его в кавычках',
  ],
  [/^must hold at least one condition$/, 'нужно хотя бы одно условие'],
  [/^may be nested at most (\d+) deep$/, 'вложенность не глубже $1'],
  [/^may hold at most (\d+) clauses$/, 'не больше $1 условий'],
  [
    /^must be \{ all: \[…\] \}, .*$/,
    'условие имеет вид { all: […] }, { any: […] }, { not: … } или { path, op, value }',
  ],
  [
    /^unknown key "([^"]*)" \(a condition is .*\)$/,
    'здесь лишнее «$1»: условие имеет вид { all: […] }, { any: […] }, { not: … } или { path, op, value }',
  ],
  [
    /^unknown key "([^"]*)"(?:, did you mean "([^"]*)"\?)? \(allowed: (.*)\)$/,
    'здесь лишнее «$1», можно: $3',
  ],
  [/^must be one of (.*)$/, 'одно из: $1'],
  [/^must be words of this list, separated by spaces: (.*)$/, 'слова через пробел из списка: $1'],
  [/^must be the name of a header$/, 'должно быть названием заголовка, например X-Signature'],
  [/^must be an email address$/, 'должен быть адрес почты'],
  [
    /^must be one word of Latin letters, digits and signs, without blanks$/,
    'должно быть одним словом из латинских букв, цифр и знаков, без пробелов',
  ],
  [/^must be a URL that starts with https:\/\/$/, 'должен начинаться с https://'],
  [/^must name at least one address$/, 'нужен хотя бы один адрес'],
  [
    /^entry (\d+) is neither an address nor a range, like (.*)$/,
    'запись $1 — не адрес и не сеть вида $2',
  ],
  [
    /^entry (\d+): the number after "\/" must lie between 0 and (\d+)$/,
    'запись $1: число после «/» должно быть от 0 до $2',
  ],
  [
    /^the body must be signed: \{body\} is missing$/,
    'в том, что подписано, должно быть {body}: иначе тело запроса не подтверждено',
  ],
  [
    /^not a template$/,
    'в фигурных скобках может стоять только то, что названо в подсказке, например {body}',
  ],
  [
    /^\{timestamp\} and timestamp belong together$/,
    '{timestamp} и заголовок со временем нужны вместе: либо оба, либо ни одного',
  ],
  [/^\{(\w+)\} and \w+ belong together$/, '{$1} этот отправитель не подписывает: уберите его'],
  [
    /^a digest, and nothing else, is made of the secret$/,
    '{secret} в подпись HMAC не входит: уберите его',
  ],
  [
    /^there is no campaign "([^"]*)".*$/,
    'кампании «$1» нет: возможно, её переименовали или убрали в архив',
  ],
  [/^there is already a credential with this name.*$/, 'ключ с таким названием уже есть'],
  [
    /^must have (\d+) to (\d+) characters of .*$/,
    'от $1 до $2 символов A-Z a-z 0-9 _ -, случайных',
  ],
  [/^is the key of another source.*$/, 'такой ключ уже есть у другого источника: начните заново'],
  [/^there is already a campaign with this name.*$/, 'кампания с таким названием уже есть'],
  [/^there is already a source with this name.*$/, 'источник с таким названием уже есть'],
  [/^there is already a rule with this name.*$/, 'правило с таким названием уже есть'],
  [/^may hold no control characters$/, 'не может содержать управляющих символов'],
  [/^may hold no "\/"$/, 'не может содержать «/»'],
  [/^must be later than starts_at$/, 'окончание должно быть позже начала'],
  [/^must be a time with its offset.*$/, 'должно быть временем'],
  [/^must lie between the years 2000 and 2200$/, 'год должен быть от 2000 до 2200'],
  [
    /^must be a URL that starts with http:\/\/ or https:\/\/$/,
    'должен начинаться с http:// или https://',
  ],
  [
    /^must be the public URL that the sender signs, with https:\/\/$/,
    'должен быть публичный URL, который подписывает отправитель, с https://',
  ],
  [/^must be a number of seconds from 1 to (\d+)$/, 'число секунд от 1 до $1'],
  [/^must be a JSON Web Key Set.*$/, 'должен быть набор ключей JWKS: { keys: […] }'],
  [
    /^is that of the credential "(.*)" already: paste the new one$/,
    'это уже записанный ключ «$1»: вставьте новый',
  ],
  [
    /^it has ended already: add a new credential instead$/,
    'его срок уже истёк: добавьте новый ключ',
  ],
  [
    /^the source has (\d+) credentials that count: remove one first$/,
    'у источника уже $1 действующих ключей: сначала удалите один',
  ],
  [
    /^the campaign is used by (.*): take .* away first$/,
    'кампанию используют правила: $1. Сначала уберите их',
  ],
  [/^it is archived: restore it first$/, 'это в архиве: сначала верните'],
  [/^it is not archived$/, 'это не в архиве'],
  [
    /^must be given again: another url would get the stored one$/,
    'укажите ключ ещё раз: сохранённый не отправляется на другой URL',
  ],
  [/^its campaign is archived: restore that one first$/, 'кампания в архиве: сначала верните её'],
  [
    /^its rules need the archived campaign (.*): restore that first$/,
    'его правилам нужна кампания из архива: $1. Сначала верните её',
  ],
  [
    /^another \w+ is named "(.*)" now: archive that one first$/,
    'название «$1» теперь занято: сначала уберите в архив другое',
  ],
  [
    /^a path starts with "\$", as in \$\.data\.email$/,
    'путь начинается с «$», например $.data.email',
  ],
  [/^must be a path, like \$\.data\.email$/, 'должен быть путь, например $.data.email'],
  // As the library of the grammar says it, deep inside conditions.
  [/^Too big: expected string to have <=(\d+) characters$/, 'не длиннее $1 символов'],
  [/^Too big: expected array to have <=(\d+) items$/, 'не больше $1'],
  [/^Too small: .*$/, 'не может быть пустым'],
  [/^Unrecognized keys?: (.*)$/, 'здесь лишнее: $1'],
  [/^Invalid (?:input|option|key).*$/, 'заполнено неверно'],
  [/^at character (\d+): a path starts with .*$/, 'путь начинается с «$$», например $$.data.email'],
  [/^at character (\d+): unexpected end.*$/, `путь обрывается на символе $1; ${pathsLook}`],
  [
    /^at character (\d+): the pattern of (\w+)\(\) .* at most (\d+) characters.*$/,
    'символ $1: образец в $2() должен быть выражением I-Regexp не длиннее $3 символов',
  ],
  [/^at character (\d+): .*$/, `символ $1: здесь в пути ошибка; ${pathsLook}`],
  [/^the path .*$/, `в пути ошибка; ${pathsLook}`],
  [/^a path may have at most (\d+) characters$/, 'путь не длиннее $1 символов'],
  [
    /^"\*" may stand only at the end, as in invoice\.\*$/,
    '«*» может стоять только в конце, например invoice.*',
  ],
  [/^setting "([^"]+)" is missing.*$/, 'не заполнено: «$1»'],
  [/^setting "([^"]+)" is unknown here$/, 'такой настройки здесь нет: «$1»'],
  [/^there is no provider “(.*)”$/, 'нет провайдера «$1»'],
]

const places = new Map<string, string>(Object.values(refusals).map(({ en, ru }) => [en, ru]))

/** What a file must be told before the sentence, and is beside the field in a form. */
const around: readonly (readonly [RegExp, string])[] = [
  [/^setting "[^"]+": (.*)$/s, ''],
  [/^must be a JSONPath: (.*)$/s, 'нужен путь: '],
  [/^these settings do not fit together: (.*)$/s, 'эти настройки не подходят друг к другу: '],
]

export function sayMistake(message: string, language: 'en' | 'ru'): string {
  const inner = around[0]?.[0].exec(message)?.[1]
  if (inner !== undefined) return sayMistake(inner, language)
  if (language === 'en') return message === 'is required' ? 'fill this in' : message
  for (const [frame, before] of around) {
    const inside = frame.exec(message)?.[1]
    if (inside !== undefined) return before + sentencesIn(inside)
  }
  return sentenceIn(message)
}

/** What is wrong with a source's settings, where no form stands around them: each is named. */
export function saySettings(problem: string, language: 'en' | 'ru'): string {
  if (language === 'en') return problem
  const each = problem.split('; ').map((sentence) => {
    const [, name, inner = ''] = /^setting "([^"]+)": (.*)$/s.exec(sentence) ?? []
    return name === undefined ? sayMistake(sentence, 'ru') : `${name}: ${sayMistake(inner, 'ru')}`
  })
  return each.join('; ')
}

/** One, or several that were joined. */
function sentencesIn(text: string): string {
  const whole = sentenceIn(text)
  return whole === text ? text.split('; ').map(sentenceIn).filter(isNew).join('; ') : whole
}

const isNew = (text: string, at: number, all: readonly string[]) => all.indexOf(text) === at

function sentenceIn(message: string): string {
  const place = places.get(message)
  if (place !== undefined) return place
  const found = patterns.find(([pattern]) => pattern.test(message))
  if (found === undefined) return message
  return message.replace(...found).replaceAll(/\brule "([^"]*)"/g, '«$1»')
}
