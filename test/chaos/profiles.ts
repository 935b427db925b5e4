// How long, how hard, how patient.
export interface Profile {
  /** How long load and faults last. */
  seconds: number
  eventsPerSecond: number
  faults: number
  /** One fault of processes or the database, on average, in so many seconds. */
  heavyEverySeconds: number
  peopleEverySeconds: number
  /** Leases of relays that are dead or frozen are moved back by SQL instead of waiting for them. */
  moveLeases: boolean
  /** After the last fault. */
  quietSecondsMax: number
  /** The whole run is ended after so long. */
  limitSeconds: number
}

export const profiles = {
  ci: {
    seconds: 24,
    eventsPerSecond: 150,
    faults: 200,
    heavyEverySeconds: 4,
    peopleEverySeconds: 6,
    moveLeases: true,
    quietSecondsMax: 120,
    limitSeconds: 170,
  },
  /** For planted bugs: short, and less patient. */
  bug: {
    seconds: 12,
    eventsPerSecond: 120,
    faults: 140,
    heavyEverySeconds: 4,
    peopleEverySeconds: 4,
    moveLeases: true,
    quietSecondsMax: 30,
    limitSeconds: 240,
  },
  long: {
    seconds: 2340,
    eventsPerSecond: 230,
    faults: 11_500,
    heavyEverySeconds: 7,
    peopleEverySeconds: 9,
    moveLeases: false,
    quietSecondsMax: 120,
    limitSeconds: 3000,
  },
  soak: {
    seconds: 4 * 3600,
    eventsPerSecond: 150,
    faults: 60_000,
    heavyEverySeconds: 8,
    peopleEverySeconds: 10,
    moveLeases: false,
    quietSecondsMax: 120,
    limitSeconds: 5 * 3600,
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof profiles
export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(profiles, name)
