import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { withoutFirstWall } from './test/isolation/first-wall.ts'

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'relay', include: ['test/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        plugins: [withoutFirstWall()],
        test: { name: 'second wall', include: ['test/api/access.test.ts'] },
      },
    ],
    globalSetup: ['test/support/database.ts'],
    reporters: ['default', './test/support/tally.ts'],
    // Much of a test's time is waiting for the database: use both cores of a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The driver asks for array types when it connects and loses that one question's rejection when the
    // connection breaks meanwhile; `serve` logs it and lives on. Nothing else is let through.
    onUnhandledError: (error) =>
      !('query' in error && String(error['query']).includes('pg_catalog.pg_type')),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
})
