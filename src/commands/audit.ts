// `audit`: is the trail of who did what still what it was?
import { readFile } from 'node:fs/promises'
import { installationChain } from '../access/chain.ts'
import { readCheckpoint, type Checkpoint } from '../access/checkpoint.ts'
import { publishedKeys } from '../access/signing.ts'
import {
  checkChain,
  checkKept,
  trailFaults,
  type Checked,
  type CheckParts,
} from '../access/trail.ts'
import { listChains, newestCheckpoint } from '../db/audit/trail.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { limits } from '../limits.ts'
import { BadCall, type Call, type Command, type Io } from './command.ts'
import { counted } from './numbers.ts'
import { partnerIdNamed } from './partner-named.ts'

export const auditCommand: Command = {
  usage: 'audit (verify [--since FILE] | checkpoint) [--partner NAME]',
  help: `  verify          recomputes the chains over the audit entries and names the first break
  checkpoint      prints the newest signed checkpoint: keep it where the database's owner cannot
                  reach
  --partner NAME  the chain of this partner (verify: all; checkpoint: the installation's)
  --since FILE    a checkpoint that was kept (- for standard input): also proves that its chain
                  still contains it

Exit: 0 all is as it was, or printed; 1 something is not, or there is no checkpoint yet; 2 no such
partner or file.`,
  options: { partner: { type: 'string' }, since: { type: 'string' } },
  arguments: { needs: ['verify or checkpoint'], max: 1 },
  async run(call) {
    const [what = ''] = call.positionals
    const run = Object.hasOwn(forms, what) ? forms[what] : undefined
    if (run === undefined)
      throw new BadCall(`there is no “audit ${what}”: say audit verify or audit checkpoint`)
    const { io } = call
    const options = { owner: false, migrate: false, log: io.note }
    const installation = await openInstallation(call.config(), options)
    try {
      const partner = await partnerIdNamed(installation, call.value('partner'))
      return await run(installation, partner, call)
    } finally {
      await installation.close()
    }
  },
}

type Form = (it: Installation, partner: string | undefined, call: Call) => Promise<number>

const forms: Readonly<Record<string, Form>> = {
  verify,
  async checkpoint({ db }, partner, { io }) {
    const newest = await newestCheckpoint(db.work, partner ?? installationChain)
    if (newest === undefined) io.note('There is no checkpoint yet: a running relay makes them.')
    else io.out(newest.jws)
    return newest === undefined ? 1 : 0
  },
}

async function verify({ db }: Installation, partner: string | undefined, call: Call) {
  const parts: CheckParts = { sql: db.work, keys: await publishedKeys(db.orm) }
  const file = call.value('since')
  if (file === undefined) return (await verifyChains(parts, partner, call.io)) ? 0 : 1
  const kept = await readKept(parts, file)
  if (kept === null) {
    call.io.out(`✗ ${file}: ${trailFaults.checkpoint_unsigned}`)
    return 1
  }
  if (partner !== undefined && kept.chain !== partner)
    throw new BadCall(`${file} is a checkpoint of another chain`)
  const contained = await tellKept(parts, kept, call.io)
  return (await verifyChains(parts, kept.chain, call.io)) && contained ? 0 : 1
}

/** All chains, or one; true when nothing is broken. */
async function verifyChains(parts: CheckParts, wanted: string | undefined, io: Io) {
  const known = await listChains(parts.sql)
  let well = true
  for (const { chain, name } of known) {
    if (wanted !== undefined && chain !== wanted) continue
    const checked = await checkChain(parts, chain)
    tell(io, name ?? (chain === installationChain ? 'the installation' : chain), checked)
    well &&= checked.broken === null
  }
  return well
}

/** null: nobody has signed it that could. */
async function readKept({ keys }: CheckParts, file: string): Promise<Checkpoint | null> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(() => {
    throw new BadCall(`${file} cannot be read`)
  })
  const jws = text.trim()
  if (jws.length > limits.checkpointCharsMax) throw new BadCall(`${file} is no checkpoint`)
  return (await readCheckpoint(keys, jws)) ?? null
}

async function tellKept(parts: CheckParts, kept: Checkpoint, io: Io): Promise<boolean> {
  const fault = await checkKept(parts, kept)
  const says =
    fault === undefined
      ? '✓ the chain contains the kept checkpoint'
      : `✗ the kept checkpoint: ${trailFaults[fault]}`
  io.out(`${says} (entry ${kept.seq}, ${kept.at})`)
  return fault === undefined
}

function tell(io: Io, name: string, { links, checkpoints, waiting, broken }: Checked): void {
  const sum = `${counted(links, 'entry', 'entries')} and ${counted(checkpoints, 'checkpoint')} are as they were`
  const rest = waiting === 0 ? '' : `, ${waiting} wait to be chained`
  io.out(`${broken === null ? '✓' : '✗'} ${name}: ${sum}${broken === null ? rest : ', and then:'}`)
  if (broken === null) return
  const { fault, seq, entryId } = broken
  const places = [
    ...(seq === null ? [] : [`place ${seq} of the chain`]),
    ...(entryId === null ? [] : [`entry ${entryId}`]),
  ]
  io.out(`  ${places.join(', ')}: ${trailFaults[fault]}`)
}
