// A name that nobody has, answered with those there are.
import { curly } from '../nearest.ts'
import { unknownName } from '../partners/config/wording.ts'
import { BadCall } from './command.ts'

export const noSuch = (what: string, name: string, known: readonly string[]): BadCall =>
  new BadCall(unknownName(what, name, known, { marks: curly }))
