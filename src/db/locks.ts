// The advisory locks of a database, in one place so that no two mean the same. The second one is
// also written out in drizzle/0001_event_bodies.sql.
export const lockKeys = {
  migrate: 7_310_577_001,
  partitions: 7_310_577_002,
  owner: 7_310_577_003,
  notices: 7_310_577_004,
  indexes: 7_310_577_005,
  stats: 7_310_577_006,
  retention: 7_310_577_007,
} as const
