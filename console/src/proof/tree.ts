// The Merkle tree of the ledger (RFC 6962): hashes, proofs, and a root grown from leaves. Sizes and indexes are
// numbers beyond 32 bits, so halves are taken by division and not by shifting.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'

/** 32 bytes of SHA-256, as 64 hexadecimal digits in lower case. */
export type Hash = string

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

const leafBytes = (entry: Uint8Array) => sha256(concatBytes(LEAF, entry))
const nodeBytes = (left: Uint8Array, right: Uint8Array) => sha256(concatBytes(NODE, left, right))

/** The hash of one entry. */
export const leafOf = (entry: Uint8Array): Hash => bytesToHex(leafBytes(entry))

/** The hash of an inner node. */
export const nodeOf = (left: Hash, right: Hash): Hash => bytesToHex(nodeBytes(hexToBytes(left), hexToBytes(right)))

export const isHash = (text: unknown): text is Hash => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

/** One step up from a node: what stands beside it, on which side, and what both make. */
export interface Step {
  beside: Hash
  side: 'left' | 'right'
  made: Hash
}

/** The way up from a node, in a tree whose last node at that level is `last`; `null` above the root. */
class Climb {
  constructor(
    private node: number,
    private last: number,
  ) {}

  step(): 'left' | 'right' | null {
    if (this.last === 0) return null
    let side: 'left' | 'right' = 'right'
    if (this.node % 2 === 1) {
      side = 'left'
    } else if (this.node === this.last) {
      // The last node without a partner rises until it finds one.
      side = 'left'
      while (this.node % 2 === 0 && this.node > 0) this.up()
    }
    this.up()
    return side
  }

  get isOver(): boolean {
    return this.last === 0
  }

  private up() {
    this.node = Math.floor(this.node / 2)
    this.last = Math.floor(this.last / 2)
  }
}

/**
 * The steps by which an inclusion proof leads from a leaf to a root; `null` if it has too few or too many hashes for
 * the position. The last step makes the root that it proves; without steps the leaf is the root. RFC 9162, 2.1.3.2.
 */
export function climb(leaf: Hash, index: number, size: number, path: readonly Hash[]): Step[] | null {
  if (!isIndex(index) || !isIndex(size) || index >= size || !path.every(isHash)) return null
  const way = new Climb(index, size - 1)
  const steps: Step[] = []
  let hash = leaf
  for (const beside of path) {
    const side = way.step()
    if (side === null) return null
    hash = side === 'left' ? nodeOf(beside, hash) : nodeOf(hash, beside)
    steps.push({ beside, side, made: hash })
  }
  return way.isOver ? steps : null
}

/** Whether the tree of `to` begins with the tree of `from`. RFC 9162, 2.1.4.2. */
export function grew(from: { size: number; root: Hash }, to: { size: number; root: Hash }, path: readonly Hash[]): boolean {
  if (!isIndex(from.size) || !isIndex(to.size) || from.size === 0 || from.size > to.size || !path.every(isHash)) return false
  if (from.size === to.size) return path.length === 0 && from.root === to.root
  let node = from.size - 1
  let last = to.size - 1
  while (node % 2 === 1) {
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  // An older tree that is one complete subtree is its own starting point.
  const [start, rest] = node === 0 ? [from.root, path] : [path[0], path.slice(1)]
  if (start === undefined) return false
  let older = start
  let newer = start
  const way = new Climb(node, last)
  for (const beside of rest) {
    const side = way.step()
    if (side === null) return false
    if (side === 'left') older = nodeOf(beside, older)
    newer = side === 'left' ? nodeOf(beside, newer) : nodeOf(newer, beside)
  }
  return way.isOver && older === from.root && newer === to.root
}

/** A tree that entries are added to: its right edge. */
export class Growing {
  size = 0
  private edge: { width: number; hash: Uint8Array }[] = []

  add(entry: Uint8Array) {
    let hash = leafBytes(entry)
    let width = 1
    for (let last = this.edge.at(-1); last?.width === width; last = this.edge.at(-1)) {
      hash = nodeBytes(last.hash, hash)
      width *= 2
      this.edge.pop()
    }
    this.edge.push({ width, hash })
    this.size += 1
  }

  root(): Hash {
    const [last, ...rest] = this.edge.map(({ hash }) => hash).reverse()
    if (last === undefined) return bytesToHex(sha256(new Uint8Array()))
    return bytesToHex(rest.reduce((right, left) => nodeBytes(left, right), last))
  }
}

const isIndex = (value: number) => Number.isSafeInteger(value) && value >= 0
