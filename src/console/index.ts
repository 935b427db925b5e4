// The HTML face of the relay. It is loaded when somebody first looks: it is much code, and a start does without.
import { Hono, type Context } from 'hono'
import { doors } from './doors.ts'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'

export function consoleRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  let whole: Promise<Hono<ConsoleEnv>> | undefined
  const answer = async (c: Context<ConsoleEnv>) => {
    whole ??= import('./whole.ts').then(({ wholeConsole }) => wholeConsole(parts))
    return (await whole).fetch(c.req.raw, c.env)
  }
  for (const door of doors) app.all(door, answer)
  return app
}
