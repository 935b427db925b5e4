// A file that was named on the command line and cannot be read.
import { BadCall } from './command.ts'

export const unread = (file: string): BadCall =>
  new BadCall({ en: `${file} cannot be read`, ru: `не удалось прочитать ${file}` })
