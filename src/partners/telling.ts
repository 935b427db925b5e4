// What applying a config file did, or why it did nothing, told to whoever applied it: in either language.
import { plural } from '../plural.ts'
import { isChange, type Action, type Applied, type Change } from './changes.ts'
import type { Problem } from './config/located-yaml.ts'
import { problemText } from './config/problem.ts'
import { sayFileMistake } from './file-mistakes.ts'

interface Telling {
  /** Where the relay is reached, when that is known. */
  url: string | undefined
  language?: keyof typeof words
}

export function describeChanges(
  { changes, warnings, dryRun }: Applied,
  { url, language = 'en' }: Telling,
): string {
  const say = words[language]
  const several = new Set(changes.map(({ partner }) => partner)).size > 1
  const count = changes.filter(isChange).length
  return [
    ...warnings.map((warning) => `${say.warning}: ${problemIn(language, warning)}`),
    ...changes
      .filter(({ action }) => action !== 'unchanged')
      .map((change) => line(change, several, url ?? '', say)),
    count === 0 ? say.nothing : dryRun ? say.wouldChange(count) : say.changed(count),
  ].join('\n')
}

export function describeProblems(
  problems: readonly Problem[],
  language: keyof typeof words = 'en',
): string {
  const lines = problems.map((each) => problemIn(language, each))
  return [...lines, words[language].refused(problems.length)].join('\n')
}

const problemIn = (language: keyof typeof words, problem: Problem): string =>
  problemText(
    language === 'en' ? problem : { ...problem, message: sayFileMistake(problem.message) },
  )

function line(change: Change, several: boolean, url: string, say: typeof en): string {
  const { action, kind, partner, name, detail, path } = change
  const whose = several && kind !== 'partner' ? `${partner}: ` : ''
  const more = path === undefined ? detail : `${url}${path}`
  const head = `${say.did(action, kind).padEnd(10)}  ${say.kinds[kind].padEnd(10)}  ${whose}${name}`
  return more === undefined ? head : `${head}  (${more})`
}

const things = (count: number) => (count === 1 ? '1 thing' : `${count} things`)

type Kind = Change['kind']

const did: Record<Action, string> = {
  created: 'created',
  updated: 'updated',
  removed: 'removed',
  archived: 'archived',
  restored: 'restored',
  left_alone: 'left alone',
  unchanged: 'unchanged',
}

const en = {
  did: (action: Action, _kind: Kind) => did[action],
  kinds: {
    partner: 'partner',
    campaign: 'campaign',
    source: 'source',
    credential: 'credential',
    rule: 'rule',
  } satisfies Record<Kind, string>,
  warning: 'warning',
  refused: (count: number) =>
    `Nothing was changed: ${count === 1 ? 'one mistake' : `${count} mistakes`}.`,
  nothing: 'Nothing to change.',
  changed: (count: number) => `${things(count)} changed.`,
  wouldChange: (count: number) => `${things(count)} would change (dry run).`,
}

/** Before an ending, and where there is none. */
const stems: Record<Action, readonly [stem: string, bare: string]> = {
  created: ['создан', 'создан'],
  updated: ['изменен', 'изменён'],
  removed: ['удален', 'удалён'],
  archived: ['убран', 'убран'],
  restored: ['возвращен', 'возвращён'],
  left_alone: ['не тронут', 'не тронут'],
  unchanged: ['не изменен', 'не изменён'],
}
const endings: Record<Kind, string> = {
  partner: '',
  campaign: 'а',
  source: '',
  credential: '',
  rule: 'о',
}

const ru: typeof en = {
  did(action, kind) {
    const [stem, bare] = stems[action]
    return endings[kind] === '' ? bare : stem + endings[kind]
  },
  kinds: {
    partner: 'партнёр',
    campaign: 'кампания',
    source: 'источник',
    credential: 'ключ',
    rule: 'правило',
  },
  warning: 'предупреждение',
  refused: (count) =>
    `Ничего не изменено: ${plural.ru(count, { one: 'ошибка', few: 'ошибки', other: 'ошибок' })}.`,
  nothing: 'Менять нечего.',
  changed: (count) => `Изменений: ${count}.`,
  wouldChange: (count) => `Изменилось бы: ${count} (пробный прогон, ничего не изменено).`,
}

const words = { en, ru }
