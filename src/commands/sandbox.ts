// `sandbox`: MOAB's contract, served alone.
import { magicAddresses } from '../moab/magic.ts'
import { serveSandbox } from '../moab/sandbox.ts'
import { BadCall, type Command } from './command.ts'
import { nextSignal } from './signal.ts'

export const sandboxCommand: Command = {
  usage: 'sandbox [--port N]',
  help: `  --port N   where to listen (8090)

It answers POST /api/Register/Add as MOAB's document says and forgets everything when it ends.
Some addresses force an answer:
${magicAddresses.map(({ address, says }) => `  ${address.padEnd(36)} ${says.en}`).join('\n')}`,
  options: { port: { type: 'string' } },
  arguments: { min: 0, max: 0 },
  async run({ value, io }) {
    const port = Number(value('port') ?? 8090)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new BadCall('--port takes a number up to 65535')
    const running = await serveSandbox({ port, host: '127.0.0.1' })
    io.out(`The MOAB sandbox listens at ${running.url}`)
    await nextSignal()
    await running.close()
    return 0
  },
}
