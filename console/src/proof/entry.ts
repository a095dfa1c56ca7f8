// One entry's proof: fetched, and verified here from the entry's own bytes to the signature.
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { answer, api, type Schemas } from '../api/client'
import { type Checkpoint, keyOf, verifyNote } from './note'
import { climb, leafOf, type Step } from './tree'

export interface Proven {
  index: number
  outcome: 'right' | 'wrong' | 'unsigned' | 'mismatch'
  /** The proof as `shouxin-verify` reads it. */
  file: string
  leaf: string
  /** `null` where the proof has not as many hashes as the place needs. */
  steps: Step[] | null
  checkpoint: Checkpoint | null
}

export async function proveEntry(shown: Schemas['LedgerEntry']): Promise<Proven> {
  const { index } = shown
  const params = { path: { index } }
  const [text, { keys: texts }] = await Promise.all([
    answer(api.GET('/api/v1/ledger/entries/{index}/proof', { params, parseAs: 'text' })),
    answer(api.GET('/api/v1/ledger/keys')),
  ])
  const file = text as unknown as string
  const proof = JSON.parse(file) as Schemas['ProofFile']
  const bytes = entryIn(file)
  const leaf = leafOf(utf8ToBytes(bytes))
  const signed = await verifyNote(proof.checkpoint, texts.map(keyOf).filter((key) => key !== null))
  const base = { index, file, leaf }
  if (typeof signed === 'string') return { ...base, outcome: 'unsigned', steps: null, checkpoint: null }
  const { checkpoint } = signed
  const steps = climb(leaf, index, checkpoint.size, proof.path)
  const root = steps && (steps.at(-1)?.made ?? leaf)
  const outcome = root !== checkpoint.root ? 'wrong' : isSame(JSON.parse(bytes), shown) ? 'right' : 'mismatch'
  return { ...base, outcome, steps, checkpoint }
}

/** The entry as it stands in the file: its very bytes are what is hashed. */
function entryIn(file: string): string {
  const from = file.indexOf(BEFORE) + BEFORE.length
  const to = file.lastIndexOf(AFTER)
  return from >= BEFORE.length && to > from ? file.slice(from, to) : 'null'
}

const BEFORE = '"entry":'
// In a text a quotation mark stands behind a backslash, so this ends the entry.
const AFTER = ',"path":['

/** Whether what was proven says what was shown. */
function isSame(entry: unknown, shown: Schemas['LedgerEntry']): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { t, k, a, s, p, c, m } = entry as Record<string, unknown>
  return (
    typeof t === 'number' &&
    // The API tells milliseconds, the entry microseconds.
    Math.abs(Math.floor(t / 1000) - Date.parse(shown.at)) <= 1 &&
    k === shown.kind &&
    a === shown.actor &&
    (s ?? null) === (shown.subject ?? null) &&
    (p ?? null) === (shown.purpose ?? null) &&
    (c ?? null) === (shown.case ?? null) &&
    (m === 1) === shown.second_factor
  )
}
