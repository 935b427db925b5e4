// A process that opens an embedded database and holds it until it is told to stop or is killed.
// Usage: opener.ts DATA_DIR owner|guest; answers one JSON line; a line on stdin ends it in order.
import { once } from 'node:events'
import { openEmbedded } from '../../src/db/embedded.ts'

const [dataDir = '', part] = process.argv.slice(2)
try {
  const { how, options, stop } = await openEmbedded({
    dataDir,
    owner: part === 'owner',
    fsync: false,
  })
  process.stdout.write(`${JSON.stringify({ how, options })}\n`)
  await once(process.stdin, 'data')
  await stop()
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
}
process.exit()
