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
  test.each(Object.keys(providers))('names the provider %s', (id) => {
    expect(readme).toContain(`\`${id}\``)
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
