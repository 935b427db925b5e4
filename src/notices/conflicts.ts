// Why a channel is not made, changed or tested although nothing is wrong with what was asked.
import { limits } from '../limits.ts'
import type { Text } from '../providers/provider.ts'

export const conflicts = {
  name_taken: {
    en: 'there is a channel of this name already',
    ru: 'канал с таким названием уже есть',
  },
  too_many: {
    en: 'there are too many channels already: remove one',
    ru: 'каналов уже слишком много: удалите какой-нибудь',
  },
  tested_enough: {
    en: `${limits.noticeTestsPerHourMax} tests an hour are enough: wait a while`,
    ru: `хватит ${limits.noticeTestsPerHourMax} проверок в час: подождите немного`,
  },
} as const satisfies Record<string, Text>
export type Conflict = keyof typeof conflicts
