// The browser's verifier against the project's published cases: those that the Rust verifier is held to.
import { readFileSync } from 'node:fs'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { sm2 } from 'sm-crypto-v2'
import { describe, expect, it } from 'vitest'
import { keyOf, type VerifierKey, verifyNote } from './note'
import { climb, Growing, grew, leafOf } from './tree'

const corpus = (name: string) => readFileSync(new URL(`../../../corpus/${name}`, import.meta.url), 'utf8')
const keysOf = (text: string) => text.trim().split('\n').map(keyOf).filter((key): key is VerifierKey => key !== null)
const json = (name: string) => JSON.parse(corpus(name))

const keys = keysOf(corpus('ledger/sample.key'))
const entries = corpus('ledger/sample.ndjson')
  .split('\n')
  .map((line) => /^\{"i":\d+,"h":"([0-9a-f]{64})","e":(.*)\}$/.exec(line))
  .flatMap((found) => (found ? [{ hash: found[1], bytes: utf8ToBytes(found[2] ?? '') }] : []))

describe('checkpoints', () => {
  it('are believed with the signatures of both suites', async () => {
    expect(keys.map(({ algorithm }) => algorithm)).toEqual(['ed25519', 'sm2'])
    for (const trusted of [keys, keys.slice(0, 1), keys.slice(1)]) {
      const signed = await verifyNote(corpus('ledger/kept.checkpoint'), trusted)
      expect(signed).toMatchObject({ checkpoint: { origin: 'ledger.example/sample', size: 10 }, keys: trusted })
    }
  })

  it('are not believed when a letter of them is another', async () => {
    const note = corpus('ledger/kept.checkpoint')
    const [, size, root = ''] = note.split('\n')
    const altered = (root.startsWith('A') ? 'B' : 'A') + root.slice(1)
    expect(await verifyNote(note.replace(root, altered), keys)).toBe('signature')
    expect(await verifyNote(note.replace(`\n${size}\n`, '\n11\n'), keys)).toBe('signature')
    expect(await verifyNote(note.replace(`\n${size}\n`, '\n010\n'), keys)).toBe('shape')
    expect(await verifyNote(note, [])).toBe('unsigned')
  })

  it('answer as published', async () => {
    const { tests } = json('vectors/signed-note.json')
    for (const { comment, verifier_key, note, result } of tests) {
      const key = keyOf(verifier_key)
      const said = await verifyNote(note, key ? [key] : [])
      expect(typeof said === 'object', comment).toBe(result === 'valid')
    }
  })
})

it('SM2 answers as GB/T 32918.5 has it, and refuses what is not in range', () => {
  for (const { comment, id, msg, pub_x, pub_y, r, s, result } of json('vectors/sm2-sign.json').tests) {
    const userId = new TextDecoder().decode(hexToBytes(id))
    let said = false
    try {
      said = sm2.doVerifySignature(hexToBytes(msg), r + s, `04${pub_x}${pub_y}`, { hash: true, der: false, userId })
    } catch {
      // As in the verifier: what cannot be read is no signature.
    }
    expect(said, comment).toBe(result === 'valid')
  }
})

describe('the tree', () => {
  const trees = [new Growing()]
  for (const { bytes } of entries) {
    const next = new Growing()
    for (const entry of entries.slice(0, trees.length)) next.add(entry.bytes)
    trees.push(next)
    expect(leafOf(bytes)).toBe(entries[trees.length - 2]?.hash)
  }

  it('has the roots that were signed', async () => {
    const notes = corpus('ledger/sample.ndjson').split('\n').filter((line) => /^\{"(checkpoint|end)"/.test(line))
    expect(notes).toHaveLength(3)
    for (const line of notes) {
      const { checkpoint, end } = JSON.parse(line)
      const signed = await verifyNote(checkpoint ?? end, keys)
      if (typeof signed === 'string') throw new Error(signed)
      expect(trees[signed.checkpoint.size]?.root()).toBe(signed.checkpoint.root)
    }
  })

  it('holds the entry of the sample proof, and nothing else at its place', async () => {
    const { index, path, checkpoint } = json('ledger/proof.json')
    const signed = await verifyNote(checkpoint, keys)
    if (typeof signed === 'string') throw new Error(signed)
    const { size, root } = signed.checkpoint
    const proven = (at: number, hashes: string[], leaf = entries[at]?.hash ?? '') => climb(leaf, at, size, hashes)?.at(-1)?.made
    expect(proven(index, path)).toBe(root)
    expect(proven(index, path, entries[index + 1]?.hash)).not.toBe(root)
    expect(proven(index, path.slice(1))).toBeUndefined()
    expect(proven(index, [...path, path[0]])).toBeUndefined()
    expect(climb(entries[0]?.hash ?? '', size, size, path)).toBeNull()
  })

  it('grew as the sample proof says, and not otherwise', async () => {
    const { older, newer, path } = json('ledger/growth.json')
    const [from, to] = await Promise.all([verifyNote(older, keys), verifyNote(newer, keys)])
    if (typeof from === 'string' || typeof to === 'string') throw new Error('unsigned')
    expect(grew(from.checkpoint, to.checkpoint, path)).toBe(true)
    expect(grew({ ...from.checkpoint, root: to.checkpoint.root }, to.checkpoint, path)).toBe(false)
    expect(grew(from.checkpoint, { ...to.checkpoint, root: from.checkpoint.root }, path)).toBe(false)
    expect(grew(to.checkpoint, from.checkpoint, path)).toBe(false)
    expect(grew(from.checkpoint, to.checkpoint, path.slice(1))).toBe(false)
    expect(grew(to.checkpoint, to.checkpoint, [])).toBe(true)
  })

  it('answers as published', () => {
    const { tests } = json('vectors/merkle-rfc6962.json')
    const said = { root: 0, inclusion: 0, consistency: 0 }
    for (const one of tests) {
      if (one.leaves) {
        const tree = new Growing()
        for (const leaf of one.leaves) tree.add(hexToBytes(leaf))
        expect(tree.root(), one.comment).toBe(one.root)
        said.root += 1
      } else if (one.leaf_hash) {
        const made = climb(one.leaf_hash, one.index, one.size, one.proof)
        const root = made && (made.at(-1)?.made ?? one.leaf_hash)
        expect(root === one.root, one.comment).toBe(one.result === 'valid')
        said.inclusion += 1
      } else {
        const [from, to] = [{ size: one.size1, root: one.root1 }, { size: one.size2, root: one.root2 }]
        expect(grew(from, to, one.proof), one.comment).toBe(one.result === 'valid')
        said.consistency += 1
      }
    }
    expect(Object.values(said).every((count) => count > 5)).toBe(true)
  })
})
