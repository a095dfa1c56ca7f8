// Signed checkpoints of the ledger (C2SP signed-note and tlog-checkpoint), verified here and not by the server.
// Ed25519 by noble; SM2 with SM3 by sm-crypto-v2, which is loaded when the first such key is met.
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Hash } from './tree'

export interface Checkpoint {
  origin: string
  size: number
  root: Hash
  /** When it was signed, in milliseconds since 1970, if it says so. */
  at: number | null
}

export type Algorithm = 'ed25519' | 'sm2'

export interface VerifierKey {
  /** As it is written: `name+id+base64`. */
  text: string
  name: string
  id: Hash
  algorithm: Algorithm
  point: Uint8Array
}

/** What signatures say of a note. */
export interface Signed {
  checkpoint: Checkpoint
  /** The keys that signed, of those given; at least one of the ledger itself. */
  keys: VerifierKey[]
}

/** Why a note is not believed. */
export type Doubt = 'shape' | 'signature' | 'unsigned'

const ED25519 = '01'
const SM2_SM3 = bytesToHex(concatBytes(Uint8Array.of(0xff), utf8ToBytes('1.2.156.10197.1.501')))
const DASH = '\u2014 '

/** The key of this text; `null` unless its id is its own and its algorithm is known. */
export function keyOf(text: string): VerifierKey | null {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)
  const bytes = parts && fromBase64(parts[3] ?? '')
  if (!parts || !bytes) return null
  const [, name = '', id = ''] = parts
  if (bytesToHex(sha256(concatBytes(utf8ToBytes(`${name}\n`), bytes))).slice(0, 8) !== id) return null
  const encoded = bytesToHex(bytes)
  const of = (algorithm: Algorithm, prefix: string): VerifierKey => ({
    text, name, id, algorithm,
    point: hexToBytes(encoded.slice(prefix.length)),
  })
  if (encoded.startsWith(SM2_SM3) && bytes.length === SM2_SM3.length / 2 + 65) return of('sm2', SM2_SM3)
  if (encoded.startsWith(ED25519) && bytes.length === 33) return of('ed25519', ED25519)
  return null
}

/** Verifies a signed checkpoint: every signature in the name of a given key, and at least one by the ledger's own. */
export async function verifyNote(note: string, keys: readonly VerifierKey[]): Promise<Signed | Doubt> {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) return 'shape'
  const text = note.slice(0, cut + 1)
  const checkpoint = checkpointOf(text)
  if (!checkpoint) return 'shape'
  const signers: VerifierKey[] = []
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const [name, signature] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : []
    const bytes = signature === undefined ? null : fromBase64(signature)
    if (name === undefined || !bytes || bytes.length < 5) return 'shape'
    const id = bytesToHex(bytes.subarray(0, 4))
    for (const key of keys.filter((one) => one.name === name && one.id === id)) {
      if (!(await isBy(key, utf8ToBytes(text), bytes.subarray(4)))) return 'signature'
      signers.push(key)
    }
  }
  return signers.some(({ name }) => name === checkpoint.origin) ? { checkpoint, keys: signers } : 'unsigned'
}

async function isBy(key: VerifierKey, text: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signature.length !== 64) return false
  try {
    if (key.algorithm === 'ed25519') return ed25519.verify(signature, text, key.point, { zip215: false })
    const { sm2 } = await import('sm-crypto-v2')
    // Hashed with SM3 over the signer's default identifier, 1234567812345678 (GB/T 35276).
    return sm2.doVerifySignature(text, bytesToHex(signature), bytesToHex(key.point), { hash: true, der: false })
  } catch {
    // Bytes that are no point or no signature.
    return false
  }
}

/** The lines that are signed: origin, size, root, and when. */
function checkpointOf(text: string): Checkpoint | null {
  const [origin, size, root, ...more] = text.slice(0, -1).split('\n')
  const hash = root === undefined ? null : fromBase64(root)
  if (!origin || size === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(size) || hash?.length !== 32) return null
  const at = more.map((line) => /^at (-?[0-9]{1,16})$/.exec(line)?.[1]).find((one) => one !== undefined)
  return {
    origin,
    size: Number(size),
    root: bytesToHex(hash),
    at: at === undefined ? null : Math.floor(Number(at) / 1000),
  }
}

/** The bytes of standard base64 in its one spelling. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const plain = atob(text)
    return btoa(plain) === text ? Uint8Array.from(plain, (letter) => letter.charCodeAt(0)) : null
  } catch {
    return null
  }
}
