// Where the relay is reached: as the command is told, else as the settings say.
import type { Config } from '../config.ts'
import { BadCall, type Call } from './command.ts'

/** Without trailing slash; for commands with the option `--url`. */
export function addressOf({ value }: Pick<Call, 'value'>, settings: Config): string {
  const url = value('url')
  if (url !== undefined && !/^https?:\/\/[^?#\s]+$/.test(url))
    throw new BadCall({
      en: '--url takes an address that starts with http:// or https://',
      ru: '--url — это адрес, который начинается с http:// или https://',
    })
  const base = url ?? settings.publicUrl ?? `http://${settings.host}:${settings.port}`
  return base.replace(/\/+$/, '')
}
