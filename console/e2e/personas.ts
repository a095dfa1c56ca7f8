// The personas of the demo: logins, passwords and second factors, made for it alone.
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

interface Persona {
  login: string
  password: string
  totp: string
}

const path = process.env.SHOUXIN_PERSONAS
if (!path) throw new Error('SHOUXIN_PERSONAS names the personas.json of the demo')
const { personas } = JSON.parse(readFileSync(path, 'utf8')) as { personas: Persona[] }

export function persona(login: string): Persona {
  const found = personas.find((one) => one.login === login)
  if (!found) throw new Error(`no persona ${login}`)
  return found
}

const STEP = 30_000
// Beside the personas: a worker that takes over from one that failed must not repeat its codes.
const steps = `${path}.steps`
const last = new Map<string, number>(existsSync(steps) ? JSON.parse(readFileSync(steps, 'utf8')) : [])

/** A code of this secret that was not given before: the server takes each step once. */
export async function code(secret: string): Promise<string> {
  const used = last.get(secret) ?? 0
  // The server also takes the step after the present one.
  const now = () => Math.floor(Date.now() / STEP)
  while (used >= now() + 1) await new Promise((resolve) => setTimeout(resolve, 500))
  const step = Math.max(now(), used + 1)
  last.set(secret, step)
  writeFileSync(steps, JSON.stringify([...last]))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', base32(secret)).update(counter).digest()
  const offset = (hash[19] ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

function base32(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let bits = ''
  for (const letter of text.replace(/[\s=]/g, '')) bits += letters.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
