// What `doctor` says of an installation, line by line, and how it ends.
import type { Language } from '../../src/commands/command.ts'
import { doctorCommand } from '../../src/commands/doctor.ts'
import type { Config } from '../../src/config.ts'

export async function askDoctor(
  config: Config,
  language: Language = 'en',
): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await doctorCommand.run({
    positionals: [],
    flag: () => false,
    value: () => undefined,
    config: () => config,
    env: {},
    language,
    io: {
      out: (line) => void lines.push(line),
      write: async (text) => void lines.push(text),
      closed: () => false,
      note: (line) => void lines.push(line),
      colour: false,
      terminal: false,
    },
  })
  return { code, lines }
}
