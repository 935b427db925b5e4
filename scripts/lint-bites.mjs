// The import rules of the house stand in .oxlintrc.json, where a later entry silently replaces an
// earlier one. So each is tried: a file that breaks it is planted in a copy, and must be found.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const pureByDesign = [
  'schemes/**',
  'providers/**',
  'rules/**',
  'moab/answer.ts',
  'inbound/read.ts',
  'grants/lifecycle.ts',
  'grants/schedule.ts',
]
const pureBySettings = JSON.parse(readFileSync('.oxlintrc.json', 'utf8'))
  .overrides.filter(({ rules }) => JSON.stringify(rules).includes('is pure'))
  .flatMap(({ files }) => files.map((file) => file.replace(/^src\//, '')))
const pure = [...new Set([...pureByDesign, ...pureBySettings])].map((files) =>
  join('src', files.replace('**', 'planted.ts')),
)
const impure = [
  'postgres',
  'drizzle-orm',
  'drizzle-orm/postgres-js',
  'undici',
  'hono',
  'hono/jsx',
  '@hono/node-server',
  'node:fs',
  'node:net',
  'node:child_process',
  '../db/open.ts',
  '../http-clients.ts',
]
const outsideDatabase = ['inbound', 'grants', 'ledger', 'partners', 'access', 'ops', 'moab']
const sql = ['postgres', 'drizzle-orm', 'drizzle-orm/postgres-js']

/** [file, import that must be refused there] */
const forbidden = [
  ...pairs(pure, impure),
  ...pairs(
    outsideDatabase.map((folder) => `src/${folder}/planted.ts`),
    [...sql, '../main.ts'],
  ),
  ...pairs(['src/api/planted.ts'], [...sql, '../console/page.ts']),
  ...pairs(['src/console/planted.ts'], [...sql, '../api/route.ts']),
]
const allowed = [
  ...pairs(pure, ['node:crypto', 'node:url', 'node:buffer', 'jose', '../json.ts']),
  ...pairs(['src/db/planted.ts'], sql),
]

const copy = mkdtempSync(join(tmpdir(), 'moab-relay-lint-'))
try {
  const wrong = []
  prepare()
  for (const specifier of new Set([...forbidden, ...allowed].map(([, name]) => name))) {
    const found = lint([...forbidden, ...allowed].filter(([, name]) => name === specifier))
    for (const [file] of forbidden.filter(([, name]) => name === specifier)) {
      if (!found.has(file)) wrong.push(`${file} may import ${specifier}, and must not`)
    }
    for (const [file] of allowed.filter(([, name]) => name === specifier)) {
      if (found.has(file)) wrong.push(`${file} may not import ${specifier}, and should`)
    }
  }
  process.stdout.write(wrong.map((line) => `${line}\n`).join(''))
  process.exitCode = wrong.length > 0 ? 1 : 0
} finally {
  rmSync(copy, { recursive: true })
}

function prepare() {
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    cpSync(name, join(copy, name))
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
}

/** The files in which oxlint refused an import. */
function lint(planted) {
  rmSync(join(copy, 'src'), { recursive: true, force: true })
  for (const [file, specifier] of planted) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(
      join(copy, file),
      `import * as planted from '${specifier}'\nexport const it = planted\n`,
    )
  }
  const oxlint = resolve('node_modules', '.bin', 'oxlint')
  const { stdout } = spawnSync(oxlint, ['--format', 'json', 'src'], { cwd: copy, encoding: 'utf8' })
  const refused = JSON.parse(stdout).diagnostics.filter(({ code }) =>
    code.includes('no-restricted-imports'),
  )
  return new Set(refused.map(({ filename }) => filename.replaceAll('\\', '/')))
}

function pairs(files, specifiers) {
  return files.flatMap((file) => specifiers.map((specifier) => [file, specifier]))
}
