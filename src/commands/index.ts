// The table of commands; `serve` is the default.
import { applyCommand } from './apply.ts'
import type { Command } from './command.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { linkCommand } from './link.ts'
import { migrateCommand } from './migrate.ts'
import { providersCommand } from './providers.ts'
import { recheckCommand } from './recheck.ts'
import { sandboxCommand } from './sandbox.ts'
import { serveCommand } from './serve.ts'
import { storyCommand } from './story.ts'
import { tokenCommand } from './token.ts'
import { triggerCommand } from './trigger.ts'
import { verifyCommand } from './verify.ts'

export const commands: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  demo: demoCommand,
  migrate: migrateCommand,
  sandbox: sandboxCommand,
  providers: providersCommand,
  apply: applyCommand,
  export: exportCommand,
  verify: verifyCommand,
  trigger: triggerCommand,
  story: storyCommand,
  link: linkCommand,
  recheck: recheckCommand,
  token: tokenCommand,
  doctor: doctorCommand,
}
