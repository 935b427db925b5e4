// The part of limits.ts that bounds how bonuses go to MOAB: see there.
export const deliveryLimits = {
  /** Of these, at most so many for one campaign: one that hangs must not stop the others. */
  moabConnectionsPerCampaignMax: 24,
  /** A campaign that nothing is known about; after some twenty answers it has what it may have. */
  moabConnectionsAtFirst: 4,

  // -- grants
  /** Longer than a call can last, shorter than anyone waits for a crashed relay. */
  leaseMs: 60_000,
  /** Grants in this relay's memory, claimed and not yet settled. */
  grantsInMemoryMax: 2000,
  /** Claimed work is bounded by what can be sent in this time, so that leases outlast the wait. */
  grantsInMemoryMs: 20_000,
  /** Room beyond that, which due grants may not take: without probes an outage would never end. */
  roomForProbes: 16,
  /** A probe is one of so many that have waited longest. */
  probeChoice: 10,
  roomForPaced: 16,
  claimBatchMax: 500,
  /** While the campaigns known to have due grants fill every claim, all others are looked at so often. */
  lookAtAllMs: 100,
  settleBatchMax: 500,
  pollMs: 1000,
  /** Moments of a paced campaign are given out so far ahead: until the next poll, and a poll that is late. */
  paceAheadMs: 1500,
  /** A twentieth slower than asked for: then no second is too full, though calls are some milliseconds off. */
  paceMargin: 1.05,
  /** Half of what the margin leaves of a second; the other half is for clocks and the way to MOAB. */
  paceLateMsMax: 25,
  /** What the margin leaves for a clock that is not exactly known; further off, moments keep more distance. */
  paceClockMsMax: 10,
  /** A clock that is further off is as good as unknown. */
  paceSlackMsMax: 500,
  /** A probe keeps at least so much more distance: one that must be given up is made up for much later. */
  probeSlackMs: 100,
  retryForMsMax: 72 * 3_600_000,
  /** Answers that point at a fault of ours or an unknown answer are retried so often, then a person looks. */
  oddAnswersMax: 3,
  /** Failures in a row, without an answer from MOAB, after which only probes are sent. */
  breakerFailures: 5,
  /** Rows moved from queued to held, or back, in one transaction. */
  moveBatchMax: 1000,
} as const
