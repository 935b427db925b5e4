// The master key: given, or made once in DATA_DIR, readable by its owner only.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from './config.ts'
import { makeDirectory } from './directories.ts'

export async function loadRelayKey(given: Buffer | undefined, dataDir: string): Promise<Buffer> {
  if (given !== undefined) return given
  const path = join(dataDir, 'relay.key')
  if (!existsSync(path)) await makeIfMissing(path)
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
  if (key.length === 32) return key
  throw new UsageError({
    en: `${path} does not hold a 32-byte key in base64url`,
    ru: `в ${path} нет ключа: нужны 32 байта в base64url`,
  })
}

/** Written aside and linked into place: whoever comes second finds a whole key, never half of one. */
async function makeIfMissing(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  try {
    await makeDirectory(dirname(path))
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new UsageError({
        en: `${path} cannot be written: set RELAY_KEY, or a DATA_DIR that can be`,
        ru: `${path} не удалось записать: задайте RELAY_KEY или такой DATA_DIR, куда можно писать`,
      })
    }
  } finally {
    await rm(draft, { force: true })
  }
}
