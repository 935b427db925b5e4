// `npm run check`: everything that must hold before a change is done, and exactly what CI runs.
// One line a check; the output of a failing one is shown; the tests come last, so that their
// tally is the last line of all.
import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const checks = [
  ['formatted', 'prettier --check .'],
  ['linted, with types', 'oxlint --deny-warnings'],
  ['lint rules bite', 'node scripts/lint-bites.mjs'],
  ['types', 'tsc -p tsconfig.json --noEmit'],
  ['build', 'node scripts/build.mjs'],
  ['table of providers in step', 'tsx scripts/providers-table.mjs --check'],
  ['no dead code', 'knip --no-progress'],
  ['migrations in step', 'node scripts/migrations-in-step.mjs'],
  ['lock file whole', 'node scripts/lock-file.mjs'],
  ['file names', 'node scripts/file-names.mjs'],
]
const tests = 'vitest run'

const house = join(import.meta.dirname, '..')
const settings = {
  cwd: house,
  shell: true,
  env: { ...process.env, PATH: join(house, 'node_modules', '.bin') + delimiter + process.env.PATH },
}

const say = (line) => process.stdout.write(`${line}\n`)
const failed = []

for (const [name, command] of checks) {
  const started = performance.now()
  const { status, output } = await run(command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
  if (status === 0) continue
  failed.push(name)
  say(`  $ ${command}\n${output.trimEnd()}\n`)
}
if (failed.length > 0) say(`✗ ${failed.length} of ${checks.length} failed: ${failed.join(', ')}`)

say('tests:')
const { status } = spawnSync(tests, { ...settings, stdio: ['ignore', 'inherit', 'inherit'] })
process.exitCode = status === 0 && failed.length === 0 ? 0 : 1

function run(command) {
  return new Promise((done) => {
    const child = spawn(command, { ...settings, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    }
    child.on('close', (status) => done({ status, output }))
  })
}
