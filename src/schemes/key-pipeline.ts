// From a secret's text to the bytes of its key, as the provider prepares it. The most common source
// of errors of all, so every step is strict: never an empty key, never one from half-read text.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { decodeStrictly } from './encoding.ts'

type Material = string | Buffer
type Step = (material: Material) => Material | null

const steps = new Map<string, Step>([
  ['utf8', (material) => Buffer.from(material)],
  ['hex', (material) => decodeStrictly(material.toString(), 'hex')],
  ['base64', (material) => decodeStrictly(material.toString(), 'base64')],
  ['sha1', (material) => createHash('sha1').update(material).digest()],
  ['sha256', (material) => createHash('sha256').update(material).digest()],
])

const strip = 'strip:'

export function isKeyStep(name: string): boolean {
  return steps.has(name) || (name.startsWith(strip) && name.length > strip.length)
}

/** Null where the secret does not have the form the steps need, or nothing is left of it. */
export function keyBytes(names: readonly string[], secret: string): Buffer | null {
  let material: Material | null = secret
  for (const name of names) {
    if (material === null || material.length === 0) return null
    material = stepNamed(name)(material)
  }
  return material === null || material.length === 0 ? null : Buffer.from(material)
}

function stepNamed(name: string): Step {
  if (name.startsWith(strip)) return (material) => without(name.slice(strip.length), material)
  return steps.get(name) ?? (() => null)
}

function without(prefix: string, material: Material): Material {
  const text = material.toString()
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}
