// `npm run bench`: every figure of docs/performance.md, each a ratio of two things measured in turns in one run.
//   --only 1,2a   these figures     --quick   the most telling ones, in three minutes
//   --rounds N    --seconds N       --json FILE
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Figure, Scene } from './figures/figure.ts'
import { figures } from './figures/index.ts'
import { whenBrokenOff } from './rig/broken-off.ts'
import { startStub } from './rig/drive.ts'
import { endAll } from './rig/processes.ts'
import { describeMachine, markdown, type Measured } from './rig/report.ts'
import { openFolder, openServer, type Server } from './rig/server.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string' },
    json: { type: 'string' },
  },
})

function chosen(): readonly Figure[] {
  const only = values.only?.split(',')
  const unknown = only?.filter((number) => !figures.some((figure) => figure.number === number))
  if (unknown?.length)
    throw new Error(
      `no figure ${unknown.join()}; there are ${figures.map((figure) => figure.number).join(', ')}`,
    )
  return figures.filter(({ number, quick }) => only?.includes(number) ?? (!values.quick || quick))
}

/** What the figure that is measured has started and written; nothing of it is left, however it ends. */
let clear = () => Promise.resolve()
whenBrokenOff(() => clear())

/** Each figure has a database of its own: none is measured over what another left behind. */
async function measure(figure: Figure): Promise<Measured> {
  const folder = openFolder(tmpdir(), 'moab-relay-bench-')
  const kept = join(tmpdir(), 'moab-relay-bench-kept')
  mkdirSync(kept, { recursive: true })
  const server = await openServer(join(folder, 'database'), { max_connections: '300' })
  let cleared: Promise<void> | undefined
  clear = () => (cleared ??= end(server, folder))
  try {
    const scene: Scene = {
      folder,
      kept,
      stub: await startStub(),
      server,
      rounds: Number(values.rounds),
      seconds: Number(values.seconds ?? (values.quick ? 3 : 6)),
      quick: values.quick,
      say,
    }
    say(`${figure.number}. ${figure.title}`)
    return { ...figure, rows: await figure.measure(scene) }
  } finally {
    await clear()
  }
}

async function end(server: Server, folder: string): Promise<void> {
  await endAll()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}

const say = (line: string) => void process.stdout.write(`${line}\n`)

const measured: Measured[] = []
for (const figure of chosen()) measured.push(await measure(figure))
const machine = await describeMachine()
say(`\n${markdown(machine, measured)}`)
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, measured }, null, 2)}\n`)
process.exit(0)
