// Hono's environment of the API: the request's id, and whose token it carries.
import type { HttpBindings } from '@hono/node-server'
import type { TokenHolder } from '../access/tokens.ts'

/** What hono hands to every route of the API. */
export interface Asking {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    holder: TokenHolder
    /** Of what the answer shows, where it is something that can be changed: see etags.ts. */
    version?: string
  }
}
