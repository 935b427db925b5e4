// The public compliance suite of RFC 9535 is not part of this repository. Where a copy of its
// cts.json is at hand: JSONPATH_SUITE=/path/to/cts.json npx vitest run test/rules/path.test.ts
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonValue } from '../../src/json.ts'
import { compilePath, PathError } from '../../src/rules/path.ts'

const Values = z.array(z.json())
const Paths = z.array(z.string())
const Suite = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      selector: z.string(),
      document: z.json().optional(),
      invalid_selector: z.boolean().optional(),
      result: Values.optional(),
      result_paths: Paths.optional(),
      results: z.array(Values).optional(),
      results_paths: z.array(Paths).optional(),
    }),
  ),
})

export function runPublicSuite(file: string): void {
  const suite = Suite.parse(JSON.parse(readFileSync(file, 'utf8'))).tests
  describe('the public compliance suite', () => {
    test('is there', () => {
      expect(suite.length).toBeGreaterThan(600)
    })

    for (const { name, selector, document = null, ...expected } of suite) {
      test(`${name}: ${selector}`, () => {
        if (expected.invalid_selector) {
          expect(() => compilePath(selector)).toThrow(PathError)
          return
        }
        const found = compilePath(selector).find(document)
        const values = expected.results ?? [expected.result ?? []]
        const paths = expected.results_paths ?? [expected.result_paths ?? []]
        const allowed = values.map((each: JsonValue[], at) =>
          each.map((value, index) => ({ path: paths[at]?.[index], value })),
        )
        expect(allowed).toContainEqual(found)
      })
    }
  })
}
