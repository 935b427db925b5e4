// nginx and haproxy on free loopback ports, each with a configuration and files of its own in a
// folder that goes with it. Neither is installed by us: they are Debian packages.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { end, pause } from './stand.ts'

export interface Proxy {
  port: number
  stop(): Promise<void>
}

export const proxies = [{ name: 'nginx' }, { name: 'haproxy' }] as const
type ProxyName = (typeof proxies)[number]['name']

/** Debian keeps servers where not every user looks. */
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program], { env: { PATH: path } }).status === 0
}

export async function startProxy(name: ProxyName, relayPort: number): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), `moab-relay-${name}-`))
  const port = await freePort()
  const file = join(folder, 'proxy.conf')
  await writeFile(file, configurations[name](folder, port, relayPort))
  const args =
    name === 'nginx'
      ? ['-p', folder, '-c', file, '-e', join(folder, 'error.log')]
      : ['-db', '-f', file]
  const child = spawn(name, args, { env: { PATH: path }, stdio: 'ignore' })
  for (let tries = 0; !(await listens(port)); tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error(`${name} did not start`)
    await pause(50)
  }
  return {
    port,
    stop: async () => {
      await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

/** As the documentation of each shows it for an application that keeps connections. */
const configurations: Record<ProxyName, (folder: string, port: number, relay: number) => string> = {
  nginx: (folder, port, relay) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream relay { server 127.0.0.1:${relay}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://relay;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }
  }
}
`,
  haproxy: (_folder, port, relay) => `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend relay
backend relay
  server one 127.0.0.1:${relay}
`,
}
