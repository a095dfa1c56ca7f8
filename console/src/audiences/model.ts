// Whom a purpose lets one reach: ids out of whatever was pasted, and answers of several pages put together.
import type { Schemas } from '../api/client'

export type Answer = Schemas['Audience']
export type Member = Schemas['Member']
export type Channel = 'phone' | 'sms' | 'email' | 'app' | 'wechat' | 'post'

export const CHANNELS: readonly Channel[] = ['phone', 'sms', 'email', 'app', 'wechat', 'post']

/** What was asked, and what was answered; it lives in the page alone. */
export interface Result {
  members: Member[]
  others: Record<string, number>
  /** The first and the last entry that tell of it. */
  entries: [first: number, last: number]
  /** The moment of the first answer: the list is of then. */
  at: number
  /** Whether all pages were asked for. */
  isWhole: boolean
}

/** The most ids that one question takes. */
export const MOST = 10_000
/** The most that a page asks about, in several questions. */
export const MOST_IDS = 200_000
export const MOST_BYTES = 40 * 1024 * 1024
/** An answer older than this is not to be sent by, in milliseconds. */
export const STALE = 10 * 60_000

/** The ids in a text, each once, and how many stood there again. Everything else is passed over. */
export function idsOf(text: string): { ids: string[]; doubles: number } {
  const all = text.match(/\bsub_[0-9a-hjkmnp-tv-z]{26}\b/g) ?? []
  const ids = [...new Set(all)]
  return { ids, doubles: all.length - ids.length }
}

/** Parts of at most so many. */
export const partsOf = (ids: readonly string[], most = MOST): string[][] =>
  Array.from({ length: Math.ceil(ids.length / most) }, (_, at) => ids.slice(at * most, (at + 1) * most))

/** The result so far, with one more answer. */
export function joined(before: Result | null, { subjects, others, entry }: Answer, now: number): Result {
  const sums = { ...before?.others }
  for (const [why, count] of Object.entries(others)) sums[why] = (sums[why] ?? 0) + count
  return {
    members: [...(before?.members ?? []), ...subjects],
    others: sums,
    entries: [before?.entries[0] ?? entry, entry],
    at: before?.at ?? now,
    isWhole: false,
  }
}

export const leftOf = ({ others }: Result): number => Object.values(others).reduce((sum, count) => sum + count, 0)

/** Why people are left out, the most first. */
export const whysOf = ({ others }: Result): [why: string, count: number][] =>
  Object.entries(others)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)

/** The file: an id a line and, if they set one, the most a month. */
export const csvOf = ({ members }: Result): string =>
  ['subject,most_per_month', ...members.map(({ subject, most_per_month }) => `${subject},${most_per_month ?? ''}`)].join('\n') + '\n'
