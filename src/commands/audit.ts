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
import { plural } from '../plural.ts'
import { BadCall, type Call, type Command, type Language } from './command.ts'
import { unread } from './unread.ts'
import { partnerIdNamed } from './partner-named.ts'

export const auditCommand: Command = {
  usage: 'audit (verify [--since FILE] | checkpoint) [--partner NAME]',
  help: {
    en: `  verify          recomputes the chains over the audit entries and names the first break
  checkpoint      prints the newest signed checkpoint: keep it where the database's owner cannot
                  reach
  --partner NAME  the chain of this partner (verify: all; checkpoint: the installation's)
  --since FILE    a checkpoint that was kept (- for standard input): also proves that its chain
                  still contains it

Exit: 0 all is as it was, or printed; 1 something is not, or there is no checkpoint yet; 2 no such
partner or file.`,
    ru: `  verify         пересчитывает цепочки записей журнала и называет первый разрыв
  checkpoint     печатает последнюю подписанную отметку: храните её там, куда владельцу базы
                 данных не добраться
  --partner ИМЯ  цепочка этого партнёра (без него verify проверит все, checkpoint возьмёт общую)
  --since ФАЙЛ   сохранённая отметка (- читает стандартный ввод): заодно доказывает, что она
                 никуда не делась из своей цепочки

Код выхода: 0 — всё на месте или отметка напечатана, 1 — что-то не так или отметок ещё нет, 2 — нет
такого партнёра или файла.`,
  },
  options: { partner: { type: 'string' }, since: { type: 'string' } },
  arguments: { needs: ['verify or checkpoint'], max: 1 },
  async run(call) {
    const [what = ''] = call.positionals
    const run = Object.hasOwn(forms, what) ? forms[what] : undefined
    if (run === undefined)
      throw new BadCall({
        en: `there is no “audit ${what}”: say audit verify or audit checkpoint`,
        ru: `нет «audit ${what}», есть audit verify и audit checkpoint`,
      })
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
  async checkpoint({ db }, partner, { io, language }) {
    const newest = await newestCheckpoint(db.work, partner ?? installationChain)
    if (newest === undefined) io.note(words[language].noCheckpoint)
    else io.out(newest.jws)
    return newest === undefined ? 1 : 0
  },
}

async function verify({ db }: Installation, partner: string | undefined, call: Call) {
  const parts: CheckParts = { sql: db.work, keys: await publishedKeys(db.orm) }
  const file = call.value('since')
  if (file === undefined) return (await verifyChains(parts, partner, call)) ? 0 : 1
  const kept = await readKept(parts, file)
  if (kept === null) {
    call.io.out(`✗ ${file}: ${trailFaults.checkpoint_unsigned[call.language]}`)
    return 1
  }
  if (partner !== undefined && kept.chain !== partner)
    throw new BadCall({
      en: `${file} is a checkpoint of another chain`,
      ru: `в ${file} отметка другой цепочки`,
    })
  const contained = await tellKept(parts, kept, call)
  return (await verifyChains(parts, kept.chain, call)) && contained ? 0 : 1
}

/** All chains, or one; true when nothing is broken. */
async function verifyChains(parts: CheckParts, wanted: string | undefined, call: Call) {
  const known = await listChains(parts.sql)
  let well = true
  for (const { chain, name } of known) {
    if (wanted !== undefined && chain !== wanted) continue
    const checked = await checkChain(parts, chain)
    const { installation } = words[call.language]
    tell(call, name ?? (chain === installationChain ? installation : chain), checked)
    well &&= checked.broken === null
  }
  return well
}

/** null: nobody has signed it that could. */
async function readKept({ keys }: CheckParts, file: string): Promise<Checkpoint | null> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(() => {
    throw unread(file)
  })
  const jws = text.trim()
  if (jws.length > limits.checkpointCharsMax)
    throw new BadCall({ en: `${file} is no checkpoint`, ru: `в ${file} не отметка` })
  return (await readCheckpoint(keys, jws)) ?? null
}

async function tellKept(
  parts: CheckParts,
  kept: Checkpoint,
  { io, language }: Call,
): Promise<boolean> {
  const fault = await checkKept(parts, kept)
  const say = words[language]
  const says =
    fault === undefined ? `✓ ${say.kept}` : `✗ ${say.notKept}: ${trailFaults[fault][language]}`
  io.out(`${says} ${say.made(kept.seq, kept.at)}`)
  return fault === undefined
}

function tell({ io, language }: Call, name: string, checked: Checked): void {
  const { links, checkpoints, waiting, broken } = checked
  const say = words[language]
  const rest = waiting === 0 ? '' : say.waiting(waiting)
  const sum = say.asTheyWere(links, checkpoints)
  io.out(`${broken === null ? '✓' : '✗'} ${name}: ${sum}${broken === null ? rest : say.broken}`)
  if (broken === null) return
  const { fault, seq, entryId } = broken
  const places = [
    ...(seq === null ? [] : [say.place(seq)]),
    ...(entryId === null ? [] : [say.entry(entryId)]),
  ]
  io.out(`  ${places.join(', ')}: ${trailFaults[fault][language]}`)
}

const en = {
  installation: 'the installation',
  noCheckpoint: 'There is no checkpoint yet: a running relay makes them.',
  kept: 'the chain contains the kept checkpoint',
  notKept: 'the kept checkpoint',
  made: (seq: number, at: string) => `(entry ${seq}, ${at})`,
  asTheyWere(links: number, checkpoints: number) {
    const entries = plural.en(links, { one: 'entry', other: 'entries' })
    const points = plural.en(checkpoints, { one: 'checkpoint', other: 'checkpoints' })
    return `${entries} and ${points} are as they were`
  },
  waiting: (count: number) => `, ${count} wait to be chained`,
  broken: ', and then:',
  place: (seq: number) => `place ${seq} of the chain`,
  entry: (id: string) => `entry ${id}`,
}

const ru: typeof en = {
  installation: 'установка',
  noCheckpoint: 'Отметок пока нет: их делает работающий релей.',
  kept: 'сохранённая отметка есть в цепочке',
  notKept: 'сохранённая отметка',
  made: (seq, at) => `(запись ${seq}, ${at})`,
  asTheyWere(links, checkpoints) {
    const entries = plural.ru(links, { one: 'запись', few: 'записи', other: 'записей' })
    const points = plural.ru(checkpoints, { one: 'отметка', few: 'отметки', other: 'отметок' })
    return `${entries} и ${points} на месте, без изменений`
  },
  waiting: (count) => `; ещё не в цепочке: ${count}`,
  broken: ', а дальше:',
  place: (seq) => `место ${seq} в цепочке`,
  entry: (id) => `запись ${id}`,
}

const words: Record<Language, typeof en> = { en, ru }
