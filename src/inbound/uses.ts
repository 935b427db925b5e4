// Which credentials have proved a request lately: noted in memory, written now and then.
import { touchCredentials } from '../db/directory.ts'
import type { Orm } from '../db/open.ts'

export interface Uses {
  note(partnerId: string, credentialId: string): void
  write(): Promise<void>
}

export function createUses(orm: Orm): Uses {
  let used = new Map<string, string>()
  return {
    note: (partnerId, credentialId) => void used.set(credentialId, partnerId),
    async write() {
      if (used.size === 0) return
      const written = used
      used = new Map()
      try {
        await touchCredentials(
          orm,
          [...written].map(([id, partnerId]) => ({ partnerId, id })),
        )
      } catch (error) {
        used = new Map([...written, ...used])
        throw error
      }
    },
  }
}
