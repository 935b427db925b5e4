// Loaded into a relay before anything else. Told `{ arm: n }`, it ends the process, as a power cut
// would, right before its n-th socket write or file sync from then on. `{ count: true }` asks how many
// there were.
import fs from 'node:fs'
import net from 'node:net'

let done = 0
let deadly = Infinity

process.on('message', (message) => {
  if (message?.arm !== undefined) {
    done = 0
    deadly = message.arm
  }
  process.send?.({ done })
})
// The ear for these messages must not keep the relay alive.
process.channel?.unref()

function step() {
  done += 1
  if (done >= deadly) process.kill(process.pid, 'SIGKILL')
}

const writeGeneric = net.Socket.prototype._writeGeneric
net.Socket.prototype._writeGeneric = function (...given) {
  if (this !== process.stdout && this !== process.stderr) step()
  return writeGeneric.apply(this, given)
}
for (const name of ['fsync', 'fdatasync', 'fsyncSync', 'fdatasyncSync']) {
  const sync = fs[name]
  fs[name] = function (...given) {
    step()
    return sync.apply(this, given)
  }
}
