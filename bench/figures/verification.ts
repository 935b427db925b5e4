// Figure 12: verifying a request, beside the bare cryptography over the same bytes.
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { firstLine, start } from '../rig/processes.ts'
import { median } from '../rig/statistics.ts'
import type { Verified } from '../rig/verification.ts'
import type { Figure } from './figure.ts'

const aims: Record<string, { atLeast: number }> = { HMAC: { atLeast: 0.6 }, JWT: { atLeast: 0.8 } }

export const verifying: Figure = {
  number: '12',
  title: 'verification ÷ bare cryptography of the same bytes',
  quick: true,
  async measure({ folder, rounds, quick, say }) {
    const bundle = await rolldown({ input: 'bench/rig/verification.ts', platform: 'node' })
    const { output } = await bundle.write({ dir: join(folder, 'verification') })
    await bundle.close()
    const file = join(folder, 'verification', output[0].fileName)
    const args = [file, String(rounds), quick ? '200' : '1000']
    const measured = JSON.parse(await firstLine(start({ command: 'node', args }))) as Verified[]
    return measured.map(({ family, provider, ours, bare }) => {
      say(
        `  ${family} (${provider}): ${median(ours).toFixed(0)}/s, bare ${median(bare).toFixed(0)}/s`,
      )
      const aim = aims[family]
      const values = ours.map((perSecond, n) => perSecond / (bare[n] ?? Number.NaN))
      return { what: `${family} (${provider})`, unit: 'ratio', values, ...(aim && { aim }) }
    })
  },
}
