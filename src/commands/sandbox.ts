// `sandbox`: MOAB's contract, served alone.
import { magicAddresses } from '../moab/magic.ts'
import { serveSandbox } from '../moab/sandbox.ts'
import type { Command } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { nextSignal } from './signal.ts'

export const sandboxCommand: Command = {
  usage: 'sandbox [--port N]',
  help: `  --port N   where to listen (8090)

It answers POST /api/Register/Add as MOAB's document says and forgets everything when it ends.
Some addresses force an answer; as moab+once-… (moab+once-7@example.com) the first call only:
${magicAddresses
  .filter(({ when }) => when === 'always')
  .map(({ address, says }) => `  ${address.padEnd(28)} ${says.en}`)
  .join('\n')}

Exit: 0 ended by Ctrl-C, 1 the port is taken, 2 no such port.`,
  options: { port: { type: 'string' } },
  arguments: { needs: [], max: 0 },
  async run({ value, io }) {
    const port = wholeNumber({ value }, 'port', { min: 0, max: 65_535 }) ?? 8090
    const running = await serveSandbox({ port, host: '127.0.0.1' })
    io.out(`The MOAB sandbox listens at ${running.url}`)
    await nextSignal()
    await running.close()
    return 0
  },
}
