// Every entry of the ledger, hashed in the browser: bundle by bundle, so that it can tell how far it is and be stopped.
import { api, answer, isProblem, ProblemError } from '../api/client'
import type { Checkpoint } from './note'
import { Growing } from './tree'

/** Entries in a full bundle. */
export const BUNDLE = 256

export type Walked = { right: true; entries: number } | { right: false; entries: number }

/**
 * Hashes every entry below the checkpoint's size and compares the root. Hears how many entries were hashed; stops with
 * `null` when told to.
 */
export async function walk(
  checkpoint: Checkpoint,
  heard: (entries: number) => void,
  signal: AbortSignal,
): Promise<Walked | null> {
  const tree = new Growing()
  const bundles = Math.ceil(checkpoint.size / BUNDLE)
  let ahead = bundles > 0 ? fetchBundle(0, checkpoint.size) : null
  for (let number = 0; number < bundles && ahead !== null; number += 1) {
    const bytes = await ahead
    // The next one travels while this one is hashed.
    ahead = number + 1 < bundles ? fetchBundle(number + 1, checkpoint.size) : null
    ahead?.catch(() => {})
    if (signal.aborted) return null
    const entries = unpack(bytes)
    if (!entries || entries.length !== Math.min(BUNDLE, checkpoint.size - number * BUNDLE)) {
      return { right: false, entries: tree.size }
    }
    for (const entry of entries) tree.add(entry)
    heard(tree.size)
    // The page may paint.
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { right: tree.root() === checkpoint.root, entries: tree.size }
}

async function fetchBundle(number: number, size: number): Promise<Uint8Array> {
  const path = bundlePath(number, Math.min(BUNDLE, size - number * BUNDLE))
  for (let tries = 0; ; tries += 1) {
    try {
      const call = api.GET('/api/v1/ledger/tile/{path}', {
        params: { path: { path } },
        parseAs: 'arrayBuffer',
        // The groups of a tile's number are parts of the path.
        pathSerializer: () => `/api/v1/ledger/tile/${path}`,
      })
      return new Uint8Array((await answer(call)) as unknown as ArrayBuffer)
    } catch (error) {
      if (!isProblem(error, 'too-many-requests') || tries >= MOST_TRIES) throw error
      await waited(error)
    }
  }
}

const waited = (error: ProblemError) => new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 5) * 1000))
const MOST_TRIES = 10

/** Where a bundle is, as C2SP tlog-tiles has it: `entries/x001/234`, `entries/007.p/9`. */
export function bundlePath(number: number, width: number): string {
  const groups: string[] = []
  for (let rest = number; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length > 0 ? 'x' : ''}${String(rest % 1000).padStart(3, '0')}`)
  }
  return `entries/${groups.join('/')}${width < BUNDLE ? `.p/${width}` : ''}`
}

/** The entries of a bundle: each behind its length in two bytes. */
export function unpack(bytes: Uint8Array): Uint8Array[] | null {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    if (at + 2 > bytes.length || end > bytes.length) return null
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}
