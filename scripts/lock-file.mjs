// The lock file must be whole: npm 11 can leave optional packages (other platforms') without a
// version, and `npm ci` then fails on somebody else's machine. It must also name no foreign host.
import { readFileSync } from 'node:fs'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const registry = 'https://registry.npmjs.org/'
const faults = []

for (const [path, entry] of Object.entries(packages)) {
  const where = path || 'the project'
  if (path !== '' && !entry.link && !entry.version) faults.push(`${where} has no version`)
  if (entry.resolved && !entry.resolved.startsWith(registry)) {
    faults.push(`${where} comes from ${entry.resolved}`)
  }
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name)) faults.push(`${name}, optional in ${where}, is missing`)
  }
}

process.stdout.write(faults.map((fault) => `package-lock.json: ${fault}\n`).join(''))
process.exitCode = faults.length > 0 ? 1 : 0

/** A dependency is looked for as Node would: beside its dependent, then upwards. */
function isLocked(path, name) {
  const folders = path.split('/node_modules/')
  const above = folders.map((_, index) => folders.slice(0, index + 1).join('/node_modules/'))
  return ['', ...above].some(
    (folder) => `${folder && `${folder}/`}node_modules/${name}` in packages,
  )
}
