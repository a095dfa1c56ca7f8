// How the ledger stands as this browser sees it: the newest checkpoint's signatures, and that the ledger only grew
// since the checkpoint that this browser remembers. Only size, root and key are remembered: nobody is named by them.
import { answer, api, isProblem } from '../api/client'
import { type Checkpoint, type Doubt, keyOf, type VerifierKey, verifyNote } from './note'
import { grew, isHash } from './tree'

/** What this browser keeps of the last checkpoint that it verified. */
export interface Remembered {
  origin: string
  size: number
  root: string
  /** The key that signed it. */
  key: string
}

/** What makes a ledger one that must not be believed. */
export type Wrong =
  | Doubt
  /** It is of another name. */
  | 'origin'
  /** The key that this browser remembers signs no longer. */
  | 'key'
  /** It has fewer entries than before. */
  | 'shorter'
  /** As many entries, another root. */
  | 'root'
  /** The server does not know the checkpoint that this browser remembers. */
  | 'forgotten'
  /** The proof leads to other roots. */
  | 'growth'

export type Standing =
  | { state: 'good'; checkpoint: Checkpoint; since: Since; key: VerifierKey; at: number }
  | { state: 'bad'; why: Wrong; checkpoint: Checkpoint | null; remembered: Remembered | null }
  | { state: 'none' }

/** What was proven of the time since the remembered checkpoint. */
export type Since =
  /** Nothing was remembered. */
  | { proven: 'first' }
  /** Nothing came since. */
  | { proven: 'same'; size: number }
  /** It only grew. */
  | { proven: 'growth'; size: number }
  /** This person may not ask for the proof. */
  | { proven: 'signature' }

/** Asks for keys and checkpoint and verifies them; remembers the checkpoint if nothing is wrong. */
export async function examine(mayAskForGrowth: boolean): Promise<Standing> {
  const remembered = recall()
  const [note, { keys: texts }] = await Promise.all([newest(), answer(api.GET('/api/v1/ledger/keys'))])
  if (note === null) return remembered ? { state: 'bad', why: 'shorter', checkpoint: null, remembered } : { state: 'none' }
  const keys = texts.map(keyOf).filter((key) => key !== null)
  const signed = await verifyNote(note, keys)
  const bad = (why: Wrong, checkpoint: Checkpoint | null = null): Standing => ({ state: 'bad', why, checkpoint, remembered })
  if (typeof signed === 'string') return bad(signed)
  const { checkpoint } = signed
  const own = signed.keys.filter(({ name }) => name === checkpoint.origin)
  const key = own.find(({ text }) => text === remembered?.key) ?? own[0]
  if (!key) return bad('unsigned', checkpoint)
  if (remembered) {
    if (remembered.origin !== checkpoint.origin) return bad('origin', checkpoint)
    if (key.text !== remembered.key) return bad('key', checkpoint)
  }
  const since = await proven(remembered, checkpoint, keys, mayAskForGrowth)
  if (typeof since === 'string') return bad(since, checkpoint)
  // Without a proof of growth the older checkpoint stays: whoever may ask can still prove from it.
  if (since.proven !== 'signature') remember({ origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, key: key.text })
  return { state: 'good', checkpoint, since, key, at: Date.now() }
}

async function newest(): Promise<string | null> {
  try {
    return await answer(api.GET('/api/v1/ledger/checkpoint', { parseAs: 'text' }))
  } catch (error) {
    if (isProblem(error, 'not-found')) return null
    throw error
  }
}

async function proven(
  remembered: Remembered | null,
  now: Checkpoint,
  keys: readonly VerifierKey[],
  mayAsk: boolean,
): Promise<Since | Wrong> {
  if (!remembered) return { proven: 'first' }
  if (now.size < remembered.size) return 'shorter'
  if (now.size === remembered.size) return now.root === remembered.root ? { proven: 'same', size: now.size } : 'root'
  if (!mayAsk) return { proven: 'signature' }
  let proof
  try {
    const query = { from: remembered.size, to: now.size }
    proof = await answer(api.GET('/api/v1/ledger/consistency', { params: { query } }))
  } catch (error) {
    if (isProblem(error, 'not-found')) return 'forgotten'
    throw error
  }
  // The proof is held against what was remembered and what was verified here, whatever checkpoints come along.
  const older = await verifyNote(proof.older, keys)
  if (typeof older === 'string') return older
  return grew(remembered, now, proof.path) ? { proven: 'growth', size: remembered.size } : 'growth'
}

const PLACE = 'shouxin.checkpoint'

/** What this browser remembers, unless it is nothing that this program wrote. */
export function recall(): Remembered | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? 'null')
    return isRemembered(kept) ? kept : null
  } catch {
    return null
  }
}

const isRemembered = (kept: unknown): kept is Remembered => {
  if (typeof kept !== 'object' || kept === null) return false
  const { origin, size, root, key } = kept as Record<string, unknown>
  return typeof origin === 'string' && Number.isSafeInteger(size) && isHash(root) && typeof key === 'string'
}

const remember = (what: Remembered) => localStorage.setItem(PLACE, JSON.stringify(what))

/** Begins anew, once somebody has found out why the ledger is another. */
export const forget = () => localStorage.removeItem(PLACE)
