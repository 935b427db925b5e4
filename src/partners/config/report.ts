// Gathers what is wrong with a config file, each with its place. Nothing is thrown for a mistake:
// all of them are told at once.
import { limits } from '../../limits.ts'
import type { LocatedDocument, Path, Problem } from './located-yaml.ts'
import { pathText } from './located-yaml.ts'

/** Somewhere in a file of several documents. */
export interface Place {
  document: LocatedDocument
  path: Path
}

export interface Report {
  problem(place: Place, message: string, of?: 'value' | 'key'): void
  warn(place: Place, message: string): void
  problems(): Problem[]
  warnings(): Problem[]
}

export function createReport(file: string): Report {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const located = ({ document, path }: Place, message: string, of: 'value' | 'key'): Problem => ({
    file,
    ...document.position(path, of),
    path: pathText(path),
    message,
  })
  return {
    problem: (place, message, of = 'value') => void problems.push(located(place, message, of)),
    warn: (place, message) => void warnings.push(located(place, message, 'value')),
    problems: () => problems.toSorted(byPlace).slice(0, limits.configProblemsMax),
    warnings: () => warnings.toSorted(byPlace).slice(0, limits.configProblemsMax),
  }
}

const byPlace = (a: Problem, b: Problem) => a.line - b.line || a.column - b.column

export const inside = (place: Place, ...steps: (string | number)[]): Place => ({
  document: place.document,
  path: [...place.path, ...steps],
})
