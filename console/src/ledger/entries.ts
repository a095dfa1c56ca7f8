// Entries of the ledger for a list: without a filter any place can be jumped to, with one the matches are looked for
// from the newest on. New ones are asked for while somebody is there.
import { useCallback, useEffect, useRef, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'

export type Entry = Schemas['LedgerEntry']

export interface Filter {
  kind?: string
  role?: string
  pseudonym?: string
  since?: string
  until?: string
}

export interface List {
  count: number
  rowAt: (at: number) => Entry | undefined
  onSight: (first: number, last: number) => void
  /** How many came in at the top since the list was begun. */
  added: number
  /** Entries in the whole ledger. */
  size: number
  loading: boolean
  /** Whether older entries have not been looked at. */
  more: boolean
  error: unknown
  retry: () => void
}

const ask = (query: Record<string, string | number | boolean>) =>
  answer(api.GET('/api/v1/ledger/entries', { params: { query } }))

/** Whether somebody was asked for the second factor: no failure, though nobody is signed in yet. */
export const asksForCode = ({ kind, more }: Entry) => kind === 'sign-in-refused' && more?.reason === 'code-required'

/** What an entry is called. */
export const kindOf = (
  entry: Entry,
  words: { kinds: Record<string, string>; codeAsked: string },
): string => {
  return asksForCode(entry) ? words.codeAsked : (words.kinds[entry.kind] ?? entry.title)
}

/** The entry at this index; nothing if the ledger is shorter. */
export const entryAt = async (index: number): Promise<Entry | null> => {
  const { entries } = await ask({ from: index, to: index, limit: 1 })
  return entries[0] ?? null
}

/** Entries asked for at a time. */
const BLOCK = 200
/** Blocks kept: beyond these the list asks again. */
const MOST_BLOCKS = 200

/** The whole ledger, newest first: blocks of entries by their index, asked for when they come in sight. */
export function useWhole(live: boolean, isOn: boolean): List {
  const [size, setSize] = useState(0)
  const [begun, setBegun] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [, redraw] = useState(0)
  const blocks = useRef(new Map<number, readonly Entry[]>())
  const asked = useRef(new Set<number>())
  const sight = useRef({ first: 0, last: 0 })
  const newest = useRef(0)

  const measure = useCallback(async () => {
    try {
      const page = await ask({ newest: true, limit: 1 })
      if (page.size !== newest.current) {
        newest.current = page.size
        setSize(page.size)
      }
      setBegun((before) => before ?? page.size)
      setError(null)
    } catch (caught) {
      setError(caught)
    }
  }, [])

  const load = useCallback(async (block: number) => {
    // The last block grows with the ledger.
    const whole = Math.min(BLOCK, newest.current - block * BLOCK)
    if ((blocks.current.get(block)?.length ?? -1) >= whole || asked.current.has(block)) return
    asked.current.add(block)
    try {
      const from = block * BLOCK
      const page = await ask({ from, to: from + BLOCK - 1, limit: BLOCK })
      blocks.current.set(block, page.entries)
      const oldest = blocks.current.keys().next().value
      if (blocks.current.size > MOST_BLOCKS && oldest !== undefined) blocks.current.delete(oldest)
      redraw((count) => count + 1)
    } catch (caught) {
      setError(caught)
    } finally {
      asked.current.delete(block)
    }
  }, [])

  const look = useCallback(() => {
    const { first, last } = sight.current
    const at = (row: number) => Math.max(0, newest.current - 1 - row)
    for (let block = Math.floor(at(last) / BLOCK); block <= Math.floor(at(first) / BLOCK); block += 1) void load(block)
  }, [load])

  useEffect(() => {
    if (isOn) void measure()
  }, [isOn, measure])
  useEffect(() => {
    if (size > 0 && isOn) look()
  }, [size, isOn, look])
  useTail(live && isOn, measure)

  // Whoever drags the scroll bar passes most blocks: only where it rests is asked for.
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const onSight = useCallback(
    (first: number, last: number) => {
      sight.current = { first, last }
      clearTimeout(resting.current)
      resting.current = setTimeout(look, 60)
    },
    [look],
  )
  const rowAt = (row: number) => {
    const index = size - 1 - row
    return blocks.current.get(Math.floor(index / BLOCK))?.[index % BLOCK]
  }
  return {
    count: size,
    rowAt,
    onSight,
    added: size - (begun ?? size),
    size,
    loading: begun === null && error === null,
    more: false,
    error,
    retry: () => {
      void measure()
      look()
    },
  }
}

interface Matches {
  /** The filter that they match. */
  key: string
  entries: readonly Entry[]
  next: string | null
  size: number
  added: number
}

/** The entries that match, newest first; `null` asks for nothing. */
export function useMatches(filter: Filter | null, live: boolean): List & { stop: () => void; goOn: () => void; looking: boolean } {
  const [last, setFound] = useState<Matches | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [wanted, setWanted] = useState(BLOCK)
  const [stopped, setStopped] = useState(false)
  const key = JSON.stringify(filter)
  // What was found by another filter says nothing about this one.
  const found = last?.key === key ? last : null

  useEffect(() => {
    setFound(null)
    setError(null)
    setWanted(BLOCK)
    setStopped(false)
  }, [key])

  const needs = filter !== null && !stopped && error === null && (found === null || (found.next !== null && found.entries.length < wanted))
  useEffect(() => {
    if (!needs) return
    let gone = false
    const query = { ...JSON.parse(key), newest: true, limit: BLOCK, ...(found?.next ? { cursor: found.next } : {}) }
    ask(query).then(
      (page) => {
        if (gone) return
        setFound({
          key,
          entries: [...(found?.entries ?? []), ...page.entries],
          next: page.next ?? null,
          size: found?.size ?? page.size,
          added: found?.added ?? 0,
        })
      },
      (caught: unknown) => !gone && setError(caught),
    )
    return () => {
      gone = true
    }
  }, [needs, key, found])

  const tail = useCallback(async () => {
    if (found === null) return
    try {
      const page = await ask({ ...JSON.parse(key), newest: true, limit: BLOCK, from: found.size })
      // More came in than one page holds: begin anew.
      if (page.next != null) return setFound(null)
      setFound((before) =>
        before && before.size === found.size
          ? { ...before, entries: [...page.entries, ...before.entries], size: page.size, added: before.added + page.entries.length }
          : before,
      )
    } catch (caught) {
      setError(caught)
    }
  }, [found, key])
  // Each look for one person is an entry: it is not repeated behind anybody's back.
  useTail(live && filter !== null && filter.pseudonym === undefined && filter.until === undefined, tail)

  const entries = found?.entries ?? []
  const length = entries.length
  const onSight = useCallback(
    (_: number, last: number) => {
      if (last > length - 50) setWanted((before) => (before <= length ? length + BLOCK : before))
    },
    [length],
  )
  return {
    count: length,
    rowAt: (at) => entries[at],
    onSight,
    added: found?.added ?? 0,
    size: found?.size ?? 0,
    loading: filter !== null && found === null && error === null,
    looking: needs,
    more: found?.next != null,
    error,
    retry: () => setError(null),
    stop: () => setStopped(true),
    goOn: () => {
      setStopped(false)
      setWanted(length + BLOCK)
    },
  }
}

/** Calls again and again, each time after the last has ended. */
function useTail(isOn: boolean, act: () => Promise<void>) {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    if (!isOn) return
    let timer: ReturnType<typeof setTimeout>
    let gone = false
    const wait = () => {
      timer = setTimeout(async () => {
        if (document.visibilityState === 'visible') await latest.current()
        if (!gone) wait()
      }, TAIL_MILLIS)
    }
    wait()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [isOn])
}

const TAIL_MILLIS = 3_000

/** Whether somebody has used the page within five minutes: asking alone would keep a session open for ever. */
export function usePresence(): boolean {
  const [here, setHere] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const seen = () => {
      setHere(true)
      clearTimeout(timer)
      timer = setTimeout(() => setHere(false), AWAY_MILLIS)
    }
    seen()
    const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const
    for (const sign of signs) window.addEventListener(sign, seen, { passive: true })
    return () => {
      clearTimeout(timer)
      for (const sign of signs) window.removeEventListener(sign, seen)
    }
  }, [])
  return here
}

const AWAY_MILLIS = 5 * 60_000
