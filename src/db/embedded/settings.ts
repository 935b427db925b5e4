// How the embedded server is set: small, durable, silent about data. Its log must never carry
// statements or row values, for they hold people's emails.
const settings = {
  // durable
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  // small
  shared_buffers: '128MB',
  max_connections: '120',
  jit: 'off',
  autovacuum: 'on',
  // private
  unix_socket_permissions: '0700',
  cluster_name: 'moab-relay',
  // a log of its own life only: client errors quote values (`log` ranks above `error`)
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
} as const

interface Start {
  database: string
  socketDirectory: string
  port: number
  /** False for throw-away databases of tests only. */
  fsync: boolean
  /** More settings, or other values for those above. */
  settings: Record<string, string>
}

export function commandLine(start: Start): string[] {
  const windows = process.platform === 'win32'
  const durability = start.fsync ? { fsync: 'on' } : { fsync: 'off', full_page_writes: 'off' }
  const all = new Map(
    Object.entries({
      ...settings,
      ...durability,
      listen_addresses: windows ? '127.0.0.1' : '',
      unix_socket_directories: windows ? '' : quoted(start.socketDirectory),
      ...start.settings,
    }),
  )
  const pairs = [...all].flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', start.database, '-p', String(start.port), ...pairs]
}

/** The setting is a list of names: a comma or a blank belongs to the name only in quotes. */
const quoted = (path: string) => `"${path.replaceAll('"', '""')}"`
