// How long a replaced credential may go on beside the new one, in milliseconds.
export const overlaps = {
  '0': 0,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
} as const
export type Overlap = keyof typeof overlaps
