// The least MOAB: answers ok to everything and counts. `node moab-stub.ts`, prints its port; GET / is the count.
import { createServer } from 'node:http'

let count = 0
const ok = '{"status":"ok"}'
const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end(String(count))
  request.resume()
  request.on('end', () => {
    count++
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ok.length })
    response.end(ok)
  })
})
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
