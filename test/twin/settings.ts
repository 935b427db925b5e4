// How many histories are lived, and how one is lived again.
const runs = process.env['TWIN_RUNS']
const seed = process.env['TWIN_SEED']
const path = process.env['TWIN_PATH']
const replay = process.env['TWIN_REPLAY']

const cpuBefore = process.cpuUsage()

export const settings = {
  /** A long run takes as long as it takes. */
  timeoutMs: runs === undefined ? 20_000 : 86_400_000,
  replayPath: replay === undefined ? {} : { replayPath: replay },
  assert: (usual: number, each = 1) => ({
    numRuns: Math.ceil((runs === undefined ? usual : Number(runs)) / each),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  }),
}

/** The usual run also ends by the clock: a slow machine lives fewer histories. */
export const timeIsUp = (started: number) =>
  runs === undefined && path === undefined && performance.now() - started > 2_500

export function report(twin: string, histories: number, started: number): void {
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  const rate = (busy: number) => Math.round(histories / busy)
  const rates = `${rate(seconds)} a second, ${rate((user + system) / 1e6)} a second of processor time`
  process.stdout.write(`twin of ${twin}: ${histories} histories, ${rates}\n`)
}
