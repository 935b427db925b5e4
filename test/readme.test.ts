import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/commands/index.ts'
import { variables } from '../src/config.ts'
import { providers } from '../src/providers/index.ts'

const readme = readFileSync('README.md', 'utf8')

describe('the README', () => {
  test.each(Object.keys(variables))('names the variable %s', (name) => {
    expect(readme).toContain(`\`${name}\``)
  })
  test('leads to the tables of providers, which name every one', () => {
    expect(readme).toContain('(docs/providers.md)')
    for (const file of ['docs/providers.md', 'docs/providers.ru.md']) {
      const table = readFileSync(file, 'utf8')
      expect(Object.keys(providers).filter((id) => !table.includes(`\`${id}\``))).toEqual([])
    }
  })
  test.each(Object.keys(commands))('names the command %s', (name) => {
    expect(readme).toMatch(new RegExp(`\\b${name}\\b`))
  })
  test('runs by line 30 and has at most 200 lines', () => {
    const lines = readme.split('\n')
    expect(lines.findIndex((line) => line.includes('npm start'))).toBeLessThan(30)
    expect(lines.length).toBeLessThanOrEqual(200)
  })
})
