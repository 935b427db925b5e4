// `sandbox`: MOAB's contract, served alone.
import { magicAddresses } from '../moab/magic.ts'
import { serveSandbox } from '../moab/sandbox.ts'
import type { Command, Language } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { nextSignal } from './signal.ts'

function magic(language: Language): string {
  return magicAddresses
    .filter(({ when }) => when === 'always')
    .map(({ address, says }) => `  ${address.padEnd(28)} ${says[language]}`)
    .join('\n')
}

const listens: Record<Language, (url: string) => string> = {
  en: (url) => `The MOAB sandbox listens at ${url}`,
  ru: (url) => `Песочница MOAB работает по адресу ${url}`,
}

export const sandboxCommand: Command = {
  usage: 'sandbox [--port N]',
  help: {
    en: `  --port N   where to listen (8090)

It answers POST /api/Register/Add as MOAB's document says and forgets everything when it ends.
Some addresses force an answer; as moab+once-… (moab+once-7@example.com) the first call only:
${magic('en')}

Exit: 0 ended by Ctrl-C, 1 the port is taken, 2 no such port.`,
    ru: `  --port N   на каком порту слушать (8090)

Отвечает на POST /api/Register/Add так, как написано в документе MOAB, и всё забывает, когда
завершается. Некоторые адреса заставляют ответить определённым образом, а вида moab+once-…
(moab+once-7@example.com) — только на первый вызов:
${magic('ru')}

Код выхода: 0 — завершена по Ctrl-C, 1 — порт занят, 2 — такого порта не бывает.`,
  },
  options: { port: { type: 'string' } },
  arguments: { needs: [], max: 0 },
  async run({ value, language, io }) {
    const port = wholeNumber({ value }, 'port', { min: 0, max: 65_535 }) ?? 8090
    const running = await serveSandbox({ port, host: '127.0.0.1' })
    io.out(listens[language](running.url))
    await nextSignal()
    await running.close()
    return 0
  },
}
