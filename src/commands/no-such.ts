// A name that nobody has, answered with those there are.
import { curly, guillemets } from '../nearest.ts'
import { unknownName } from '../partners/config/wording.ts'
import type { Text } from '../providers/provider.ts'
import { BadCall } from './command.ts'

/** `what` in the genitive in Russian: «нет источника». */
export const noSuch = (what: Text, name: string, known: readonly string[]): BadCall =>
  new BadCall({
    en: unknownName(what.en, name, known, { marks: curly }),
    ru: unknownName(what.ru, name, known, { marks: guillemets, language: 'ru' }),
  })
