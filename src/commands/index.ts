// The table of commands; `serve` is the default. The list needs no more than a line of each: what a
// command works with is loaded when it is called.
import type { Command } from './command.ts'

export interface Listed {
  /** One line for the list of commands. */
  summary: string
  load(): Promise<Command>
}

export const commands: Readonly<Record<string, Listed>> = {
  serve: {
    summary: 'Runs the relay (the default).',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  demo: {
    summary:
      'Shows the whole way: signed webhooks in, bonuses at a sandbox MOAB, the story of each.',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  migrate: {
    summary: 'Brings the database to this version.',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  sandbox: {
    summary: 'Runs a faithful MOAB to try things against.',
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  providers: {
    summary: 'Lists the known senders, or says how to connect one.',
    load: async () => (await import('./providers.ts')).providersCommand,
  },
  apply: {
    summary: 'Applies a config file (YAML or JSON).',
    load: async () => (await import('./apply.ts')).applyCommand,
  },
  export: {
    summary: 'Prints the configuration as a config file.',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  verify: {
    summary: 'Judges recorded requests: authentic or not, event, email, answer.',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  trigger: {
    summary: 'Sends a signed sample event of a source to the running relay.',
    load: async () => (await import('./trigger.ts')).triggerCommand,
  },
  tail: {
    summary: 'Tells what comes in as it comes: events, what became of them, refused requests.',
    load: async () => (await import('./tail.ts')).tailCommand,
  },
  story: {
    summary: 'Tells what happened to one person: events, grants, what MOAB said.',
    load: async () => (await import('./story.ts')).storyCommand,
  },
  erase: {
    summary: 'Erases a person from every table, and prints a signed record of it.',
    load: async () => (await import('./erase.ts')).eraseCommand,
  },
  retention: {
    summary: 'Says how long each partner’s data is kept, or changes it.',
    load: async () => (await import('./retention.ts')).retentionCommand,
  },
  link: {
    summary: 'Makes signed links: a click on one is an event of its source.',
    load: async () => (await import('./link.ts')).linkCommand,
  },
  recheck: {
    summary: 'Asks the providers again about parked events that need attention.',
    load: async () => (await import('./recheck.ts')).recheckCommand,
  },
  token: {
    summary: 'Makes an API token and prints it, once.',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  account: {
    summary: 'Lists who can sign in, or makes a link for a new password.',
    load: async () => (await import('./account.ts')).accountCommand,
  },
  keys: {
    summary: 'Says which key the stored secrets are sealed with, or seals all with the new one.',
    load: async () => (await import('./keys.ts')).keysCommand,
  },
  audit: {
    summary: 'Proves that the trail of who did what is as it was, or prints its newest checkpoint.',
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  doctor: {
    summary: 'Checks settings, database, keys, sources and the way to MOAB.',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
}
