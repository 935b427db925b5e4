// Directories that are made where they are missing. Not by Node's own `recursive`: where the system
// says ENOENT of a directory whose parent is there (/proc), that tries for ever, and no signal ends it.
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** With all above it. Rejects with the system's error where one of them cannot be made. */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  const above = dirname(path)
  if (above !== path && !(await isDirectory(above))) await makeDirectory(above, mode)
  await mkdir(path, { mode }).catch(async (error: unknown) => {
    // It was there, or another relay was quicker.
    if (!(await isDirectory(path))) throw error
  })
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
