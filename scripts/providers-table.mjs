// Writes docs/providers.md and docs/providers.ru.md from the presets; with --check it only says
// whether they are in step. Reads TypeScript, so it runs by tsx.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { providers } from '../src/providers/index.ts'

const house = join(import.meta.dirname, '..')

const words = {
  en: {
    file: 'providers.md',
    title: 'Providers',
    intro:
      'Made from the presets in `src/providers`; do not edit. **Proof** says how the sender is proven, **email** how far its email can be believed. The grades: `code` read in the sender’s own code, `docs` in its documentation, `others` told alike by several others, `memory` not checked again: neither of these two has been checked on a real delivery, and `moab-relay providers ID` says so. Left out, because the sources contradict each other about what is signed: Descope, LAVA Business (lava.ru).',
    head: ['id', 'sender', 'kind', 'proof', 'email', 'signature', 'email paths', 'delivery'],
    kinds: {
      payment: 'payments',
      auth: 'sign-in',
      commerce: 'shops',
      forms: 'forms',
      courses: 'courses',
      crm: 'CRM',
      'no-code': 'no-code',
      code: 'code',
      links: 'links',
      generic: 'generic',
    },
    grades: {
      'official-code': 'code',
      'official-docs': 'docs',
      secondary: 'others',
      recall: 'memory',
    },
    trust: {
      confirmed: 'asked for',
      signed: 'signed',
      token: 'sender only',
      unsigned: 'unsigned',
      none: 'none',
    },
    name: (provider) => provider.name,
    count: (n) => `${n} providers.`,
  },
  ru: {
    file: 'providers.ru.md',
    title: 'Провайдеры',
    intro:
      'Таблица собрана из описаний в `src/providers`, править её не нужно. **Проверка** — чем доказан отправитель, **почта** — насколько можно верить адресу. Оценки: «код» — прочитано в коде отправителя, «документация» — в его документации, «другие» — одинаково у нескольких сторонних источников, «память» — заново не проверялось; ни то ни другое ещё не проверено на настоящем уведомлении, и `moab-relay providers ID` об этом предупреждает. Не вошли, потому что источники противоречат друг другу в том, что подписано: Descope, LAVA Business (lava.ru).',
    head: ['id', 'отправитель', 'вид', 'проверка', 'почта', 'подпись', 'пути к почте', 'доставка'],
    kinds: {
      payment: 'платежи',
      auth: 'вход',
      commerce: 'магазины',
      forms: 'формы',
      courses: 'курсы',
      crm: 'CRM',
      'no-code': 'без кода',
      code: 'код',
      links: 'ссылки',
      generic: 'общие',
    },
    grades: {
      'official-code': 'код',
      'official-docs': 'документация',
      secondary: 'другие',
      recall: 'память',
    },
    trust: {
      confirmed: 'спрашиваем сами',
      signed: 'подписана',
      token: 'только отправитель',
      unsigned: 'не подписана',
      none: 'нет',
    },
    name: (provider) => provider.nameRu ?? provider.name,
    count: (n) => `Всего: ${n}.`,
  },
}

const schemesOf = ({ proof }) =>
  [...new Set('of' in proof ? proof.of.map((leaf) => leaf.scheme) : [proof.scheme])].join(
    proof.scheme === 'all' ? ' + ' : ' / ',
  )

/** As its recorded request is judged, not as anybody says. */
function trustOf(id, { lookup }) {
  const { expect } = JSON.parse(
    readFileSync(join(house, 'test', 'fixtures', id, 'valid.json'), 'utf8'),
  )
  const emails = [expect, ...(expect.events ?? [])].flatMap(({ email }) => email ?? [])
  return emails[0]?.trust ?? (lookup === undefined ? 'none' : 'confirmed')
}

function table(word) {
  const row = (cells) => `| ${cells.join(' | ')} |`
  const rows = Object.entries(providers).map(([id, provider]) => {
    const { signature, email, delivery } = provider.evidence
    return row([
      `\`${id}\``,
      word.name(provider),
      word.kinds[provider.kind],
      schemesOf(provider),
      word.trust[trustOf(id, provider)],
      ...[signature, email, delivery].map((grade) => word.grades[grade]),
    ])
  })
  return [row(word.head), row(word.head.map(() => '---')), ...rows].join('\n')
}

let outOfStep = false
for (const word of Object.values(words)) {
  const count = word.count(Object.keys(providers).length)
  const written = `# ${word.title}\n\n${word.intro}\n\n${count}\n\n${table(word)}\n`
  const text = await format(written, { parser: 'markdown', ...(await resolveConfig(house)) })
  const file = join(house, 'docs', word.file)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    outOfStep = true
    process.stdout.write(`docs/${word.file} is out of step: run npm run docs:providers\n`)
  }
}
process.exitCode = outOfStep ? 1 : 0
