// What a person said about purposes, as both the overview and the matrix of those who answer for it tell it, and
// which of their words counts for a part and a way of being reached.
import type { Overview, Schemas } from '../../api/client'
import type { Purpose, Register } from '../../api/register'

export type Event = Schemas['ConsentEvent']
type Matrix = Schemas['ConsentMatrix']

export interface Word {
  part: string | null
  channel: string | null
  state: string
  form: string
  grade: string
  at: string
  from: string | null
  until: string | null
  case: string | null
  counts: boolean
  outdated: boolean
  /** Whole, with its proof, for those who may see it. */
  event: Event | null
}

export interface Told {
  purpose: string
  needed: boolean
  /** The notice that told of it at that moment. */
  notice: { name: string; version: number } | null
  words: readonly Word[]
}

export type Standing =
  | 'given' | 'outdated' | 'later' | 'refused' | 'withdrawn' | 'expired' | 'spent' | 'notAsked' | 'notNeeded'

export type Tone = 'ok' | 'warm' | 'hot' | 'cool' | 'muted'

export const TONES: Record<Standing, Tone> = {
  given: 'ok',
  outdated: 'warm',
  later: 'cool',
  refused: 'hot',
  withdrawn: 'hot',
  expired: 'warm',
  spent: 'muted',
  notAsked: 'warm',
  notNeeded: 'cool',
}

/** Which of the columns of the folded matrix a standing belongs to: what a read would make of it. */
export function standingOf(word: Word | null, needed: boolean, at: number): Standing {
  if (!needed) return 'notNeeded'
  if (!word) return 'notAsked'
  if (word.state === 'given') {
    if (word.from !== null && Date.parse(word.from) > at) return 'later'
    if (!word.counts) return 'expired'
    return word.outdated ? 'outdated' : 'given'
  }
  return word.state === 'refused' || word.state === 'withdrawn' || word.state === 'spent' ? word.state : 'expired'
}

/** What an adviser is told of, by purpose. */
export function ofOverview(register: Register, consents: Overview['consents']): Told[] {
  return register.purposes.map((purpose) => ({
    purpose: purpose.name,
    needed: needsConsent(purpose),
    notice: null,
    words: consents
      .filter((one) => one.purpose === purpose.name)
      .map((one) => ({
        part: one.part ?? null,
        channel: one.channel ?? null,
        state: one.state,
        form: one.form,
        grade: one.grade,
        at: one.at,
        from: one.from ?? null,
        until: one.expires_at ?? null,
        case: one.case ?? null,
        counts: one.counts,
        outdated: one.outdated,
        event: null,
      })),
  }))
}

/** What those who answer for consent are told of. */
export const ofMatrix = (matrix: Matrix): Told[] =>
  matrix.purposes.map(({ purpose, needs_consent, notice, words }) => ({
    purpose,
    needed: needs_consent,
    notice: notice ?? null,
    words: words.map(({ counts, outdated, event }) => ({
      part: event.part ?? null,
      channel: event.channel ?? null,
      state: event.state,
      form: event.form,
      grade: event.grade,
      at: event.received_at,
      from: event.from ?? null,
      until: event.expires_at ?? null,
      case: event.case ?? null,
      counts,
      outdated,
      event,
    })),
  }))

const needsConsent = (purpose: Purpose): boolean =>
  purpose.consent !== null || Object.values(purpose.basis).includes('consent')

/** The word about the whole of a purpose and every way of being reached. */
export const whole = (words: readonly Word[]): Word | null =>
  words.find(({ part, channel }) => part === null && channel === null) ?? null

/**
 * The word that counts for a part and a way of being reached: the narrowest. Where one is about the part and another
 * about the way, neither is narrower, and the one that does not count is told.
 */
export function narrowest(words: readonly Word[], part: string | null, channel: string | null): Word | null {
  const bearing = words.filter((one) => covers(one.part, part) && (one.channel === null || one.channel === channel))
  const within = (one: Word, other: Word) =>
    one !== other && covers(other.part, one.part) && (other.channel === null || other.channel === one.channel)
  const left = bearing.filter((one) => !bearing.some((other) => within(other, one)))
  return left.find(({ counts, outdated }) => !counts || outdated) ?? left[0] ?? null
}

/** Whether a word about `wide` is one about `part` as well. */
function covers(wide: string | null, part: string | null): boolean {
  if (wide === null || wide === part) return true
  return part !== null && wide.endsWith('.*') && part.startsWith(wide.slice(0, -1))
}

/** What a purpose can be parted into: its collections, and the fields that somebody said something about. */
export function partsOf(register: Register, purpose: Purpose, words: readonly Word[]): string[] {
  const said = new Set(words.flatMap(({ part }) => (part === null ? [] : [part])))
  const used = register.collections.filter(({ name }) => purpose.fields.some((field) => field.startsWith(`${name}.`)))
  return used.flatMap(({ name, fields }) => [
    `${name}.*`,
    ...fields.map((field) => `${name}.${field.name}`).filter((field) => said.has(field)),
  ])
}

/** The ways of being reached that somebody said something about. */
export const channelsOf = (words: readonly Word[]): string[] =>
  CHANNELS.filter((channel) => words.some((word) => word.channel === channel))

export const CHANNELS = ['phone', 'sms', 'email', 'app', 'wechat', 'post'] as const
