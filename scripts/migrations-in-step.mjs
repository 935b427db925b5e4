// src/db/schema.ts and drizzle/ must say the same: generating once more, in a copy, adds nothing.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const copy = mkdtempSync(join(tmpdir(), 'moab-relay-migrations-'))
try {
  const parts = ['src', 'drizzle', 'drizzle.config.ts', 'package.json', 'tsconfig.json']
  for (const part of parts) cpSync(part, join(copy, part), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  const kit = resolve('node_modules', 'drizzle-kit', 'bin.cjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [kit, 'generate'], {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const before = new Set(readdirSync('drizzle'))
  const added = readdirSync(join(copy, 'drizzle')).filter((name) => !before.has(name))
  const inStep = status === 0 && stdout.includes('No schema changes') && added.length === 0
  if (!inStep) {
    process.stdout.write(`${stdout}${stderr}\nthe migrations lag behind: npm run db:generate\n`)
  }
  process.exitCode = inStep ? 0 : 1
} finally {
  rmSync(copy, { recursive: true })
}
