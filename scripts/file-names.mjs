// A file is named after what it is. These names say only that somebody did not know where to put
// something: its content lives with its caller or gets a noun.
import { readdirSync } from 'node:fs'

const nameless = /^(utils?|helpers?|common)([-_.]|$)|^types\.[cm]?tsx?$|manager|service/i

const faults = ['src', 'test', 'bench', 'scripts'].flatMap((root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => nameless.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`),
)

process.stdout.write(faults.map((path) => `${path} wants a noun for its name\n`).join(''))
process.exitCode = faults.length > 0 ? 1 : 0
