// undici's clients, and the one way of asking that is used here. Its index would bring fetch, WebSocket,
// caches and mocks too: as much code again, at every start. Types and behaviour are undici's own.
import type { Agent, buildConnector, Dispatcher, Pool } from 'undici'
import connect from 'undici/lib/core/connect.js'
import agent from 'undici/lib/dispatcher/agent.js'
import dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import pool from 'undici/lib/dispatcher/pool.js'
import request from 'undici/lib/api/api-request.js'

// What the index does for every client: it gives them their methods.
Object.assign(dispatcher.prototype, { request })

/** What opens the connections of a client that is given nothing else. */
export const connector = (options: buildConnector.BuildOptions): buildConnector.connector =>
  connect(options)
export const openAgent = (options: Agent.Options): Agent => new agent(options)
export const openPool = (origin: string, options: Pool.Options): Pool => new pool(origin, options)

/** Redirects are not followed, and status codes throw nothing. */
export function ask(
  from: Dispatcher,
  url: string,
  options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url)
  return from.request({ ...options, origin, path: pathname + search })
}
