// A self-signed certificate for one name, made anew for each run: nothing secret lies in the tree.
import { generateKeyPairSync, sign } from 'node:crypto'

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const hex = (tag: number, digits: string) => der(tag, Buffer.from(digits, 'hex'))
const integer = (value: number) => der(0x02, Buffer.from([value]))
const utcTime = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

/** `more`: what else its subject is, by the digits of the object identifier. */
export function selfSigned(
  host: string,
  more: readonly (readonly [string, string])[] = [],
): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(hex(0x06, '2a8648ce3d040302'))
  const said = [['550403', host] as const, ...more].map(([id, text]) =>
    der(0x31, sequence(hex(0x06, id), der(0x0c, Buffer.from(text)))),
  )
  const name = sequence(...said)
  const day = 86_400_000
  const validity = sequence(utcTime(Date.now() - day), utcTime(Date.now() + day))
  const names = sequence(der(0x82, Buffer.from(host)), hex(0x87, '7f000001'))
  const extensions = der(0xa3, sequence(sequence(hex(0x06, '551d11'), der(0x04, names))))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const version = der(0xa0, integer(2))
  const body = sequence(version, integer(1), ecdsaWithSha256, name, validity, name, key, extensions)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const certificate = sequence(body, ecdsaWithSha256, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  }
}
