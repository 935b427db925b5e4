import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/schema.ts',
    './src/db/lookups/schema.ts',
    './src/db/access/schema.ts',
    './src/db/audit/schema.ts',
    './src/db/notices/schema.ts',
    './src/db/jobs/schema.ts',
    './src/db/stats/schema.ts',
    './src/db/privacy/schema.ts',
    './src/db/bookmarks/schema.ts',
  ],
  out: './drizzle',
})
