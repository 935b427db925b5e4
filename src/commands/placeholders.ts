// The words in capitals that stand for what a person fills in. Flags and forms are typed, and stay as they are.
const russian: Readonly<Record<string, string>> = {
  ADDRESS: 'АДРЕС',
  COMMAND: 'КОМАНДА',
  EVENT: 'СОБЫТИЕ',
  FILE: 'ФАЙЛ',
  LABEL: 'МЕТКА',
  NAME: 'ИМЯ',
  PARTNER: 'ПАРТНЁР',
  SOURCE: 'ИСТОЧНИК',
  VALUE: 'ЗНАЧЕНИЕ',
  or: 'или',
}

/** `trigger [PARTNER/]SOURCE` as `trigger [ПАРТНЁР/]ИСТОЧНИК`; EMAIL, URL, ID and N are the same in both. */
export const inRussian = (usage: string): string =>
  usage.replaceAll(/\b(?:[A-Z]+|or)\b/g, (word) =>
    Object.hasOwn(russian, word) ? (russian[word] ?? word) : word,
  )
