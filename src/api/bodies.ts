// Bytes that somebody else wrote: only ever downloaded, never shown by a browser.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Asking } from './env.ts'

const mediaType = 'application/octet-stream'

export const body = (description: string) => ({
  description,
  content: { [mediaType]: { schema: z.string().openapi({ type: 'string', format: 'binary' }) } },
})

export function download(c: Context<Asking>, name: string, bytes: Buffer) {
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': mediaType,
    'Content-Disposition': `attachment; filename="${name}.bin"`,
    'X-Content-Type-Options': 'nosniff',
  })
}
