// A bench that is broken off leaves nothing running and nothing lying about.
const signals = { SIGINT: 130, SIGTERM: 143 } as const

export function whenBrokenOff(tidy: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void tidy().finally(() => process.exit(signals[signal])))
}
