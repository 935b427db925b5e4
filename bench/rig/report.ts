// The figures as a table for people, with what they were measured on.
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Row } from '../figures/figure.ts'
import { median, spread } from './statistics.ts'

export interface Measured {
  number: string
  title: string
  rows: readonly Row[]
}

interface Machine {
  processors: string
  memory: string
  system: string
  node: string
  relay: string
  measuredAt: string
}

export async function describeMachine(): Promise<Machine> {
  const release = readFileSync('/etc/os-release', 'utf8')
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  return {
    processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: /PRETTY_NAME="(.*)"/.exec(release)?.[1] ?? process.platform,
    node: process.version,
    relay: version,
    measuredAt: new Date().toISOString().slice(0, 10),
  }
}

export function markdown(machine: Machine, measured: readonly Measured[]): string {
  const { processors, memory, system, node, relay, measuredAt } = machine
  const lines = measured.flatMap(({ number, title, rows }) =>
    rows.map(
      (row, n) =>
        `| ${n === 0 ? number : ''} | ${n === 0 ? `${title}: ` : ''}${row.what} | ${cells(row).join(' | ')} |`,
    ),
  )
  return [
    `moab-relay ${relay}, ${processors}, ${memory}, ${system}, Node ${node}, ${measuredAt}`,
    '',
    '| # | figure | median | spread | aim | |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function cells({ values, unit, aim, note = '' }: Row): string[] {
  if (values === undefined || values.length === 0) return ['–', '', aimText(aim), note]
  const figure = median(values)
  const far = values.length > 1 ? `± ${Math.round((spread(values) / 2) * 100)} %` : ''
  return [
    written(figure, unit),
    far,
    aimText(aim),
    [verdict(figure, aim), note].filter(Boolean).join('; '),
  ]
}

const aimText = (aim: Row['aim']) =>
  aim === undefined ? '' : 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`

function verdict(figure: number, aim: Row['aim']): string {
  if (aim === undefined) return ''
  const met = 'atLeast' in aim ? figure >= aim.atLeast : figure <= aim.atMost
  return met ? 'met' : 'not met'
}

function written(figure: number, unit: Row['unit']): string {
  const digits = figure >= 100 || unit === 'count' ? 0 : figure >= 10 ? 1 : 2
  return unit === 'ratio' || unit === 'count'
    ? figure.toFixed(digits)
    : `${figure.toFixed(digits)} ${unit}`
}
