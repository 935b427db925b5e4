// A mistake of a config file as a line for people. Reads no file: whoever only tells loads no YAML.
import { plural } from '../../plural.ts'
import { sayFileMistake } from '../file-mistakes.ts'
import type { Problem } from './located-yaml.ts'

/** One line, whatever stands in the names it repeats. */
export function problemText({ file, line, column, path, message }: Problem): string {
  const parts = [`${file}:${line}:${column}`, ...(path === '' ? [] : [path]), message]
  return parts.join('  ').replace(/\p{Cc}/gu, ' ')
}

export function describeProblems(
  problems: readonly Problem[],
  language: keyof typeof words = 'en',
): string {
  const lines = problems.map((each) => problemIn(language, each))
  return [...lines, words[language](problems.length)].join('\n')
}

export const problemIn = (language: keyof typeof words, problem: Problem): string =>
  problemText(
    language === 'en' ? problem : { ...problem, message: sayFileMistake(problem.message) },
  )

const words = {
  en: (count: number) =>
    `Nothing was changed: ${count === 1 ? 'one mistake' : `${count} mistakes`}.`,
  ru: (count: number) =>
    `Ничего не изменено: ${plural.ru(count, { one: 'ошибка', few: 'ошибки', other: 'ошибок' })}.`,
}
