// Ends a run with one line for machines: `N passed, N failed`, and `, N skipped` where any were.
// Whatever else went wrong (a file that does not load, a stray rejection) counts as a failure.
import type { Reporter, TestModule } from 'vitest/node'

interface Count {
  passed: number
  failed: number
  skipped: number
}

export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly unknown[]): void {
    const count: Count = { passed: 0, failed: strayErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1
      }
      count.failed += module.errors().length
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length
    }
    // The coverage table and the teardown come after this call, the line after them.
    process.once('exit', (code) => process.stdout.write(line(count, code)))
  }
}

/** A run that could not even set itself up has counted nothing, but it has not passed. */
function line({ passed, failed, skipped }: Count, exitCode: number): string {
  const failures = exitCode === 0 ? failed : Math.max(1, failed)
  return `${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`
}
