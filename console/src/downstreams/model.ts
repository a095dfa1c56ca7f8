// Systems that are told of changes: in which order they are listed, and how their lag is drawn.
import type { Schemas } from '../api/client'

export type Downstream = Schemas['Downstream']
export type Made = Schemas['DownstreamMade']

/** A quarter of an hour makes a duty of it, four hours an alarm; seconds. */
export const DUTY = 900
export const ALARM = 14_400

export type Standing = 'retired' | 'paused' | 'failing' | 'behind' | 'current'

export function standingOf(one: Downstream): Standing {
  if (one.state !== 'active') return one.state === 'paused' ? 'paused' : 'retired'
  if (one.failing_since != null) return 'failing'
  return one.behind > 0 ? 'behind' : 'current'
}

/** Who is furthest behind stands first; retired ones last. */
export const inOrder = (all: readonly Downstream[]): Downstream[] =>
  [...all].sort(
    (one, other) =>
      Number(one.state === 'retired') - Number(other.state === 'retired') ||
      other.oldest_seconds - one.oldest_seconds ||
      one.name.localeCompare(other.name),
  )

export const toneOf = (seconds: number): 'hot' | 'warm' | 'cool' =>
  seconds >= ALARM ? 'hot' : seconds >= DUTY ? 'warm' : 'cool'

/** The greatest lag that the picture tells apart: a day. */
const MOST = 86_400

/** Where a lag stands on a logarithmic scale from nothing to a day, 0 to 1. */
export const placeOf = (seconds: number): number => Math.min(1, Math.log10(1 + Math.max(0, seconds)) / Math.log10(1 + MOST))

/** Why nothing goes through, in words; `status-502` carries its number. */
export function failureWords(
  failure: string | null | undefined,
  words: { failures: Record<string, string>; status: (code: string) => string; failureOther: string },
): string {
  if (!failure) return ''
  const status = /^status-(\d{3})$/.exec(failure)?.[1]
  return status ? words.status(status) : (words.failures[failure] ?? words.failureOther)
}
