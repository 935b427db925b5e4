// Is it alive, is it ready, what are its numbers.
import { Hono } from 'hono'
import type { Registry } from 'prom-client'

export interface OpsOptions {
  /** Resolves when the database answers and has all migrations; rejects with why not. */
  ready(): Promise<void>
  registry: Registry
}

export function opsRoutes(options: OpsOptions): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    try {
      await options.ready()
      return c.json({ status: 'ready' })
    } catch (error) {
      const why = error instanceof NotReady ? error.message : 'the database does not answer'
      return c.json({ status: 'not ready', why }, 503)
    }
  })
  app.get('/metrics', async (c) => {
    c.header('Content-Type', options.registry.contentType)
    return c.body(await options.registry.metrics())
  })
  return app
}

export class NotReady extends Error {
  override name = 'NotReady'
}
