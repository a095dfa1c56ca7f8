// Marks in a text. Offsets count characters as the API does (Unicode scalar values), while the page counts UTF-16.
import type { Schemas } from '../api/client'

export type Span = Schemas['QualitySpan']

/** The kinds, each with the key that marks it. */
export const KINDS: readonly (readonly [kind: string, key: string])[] = [
  ['PERSON', '1'], ['PHONE', '2'], ['LANDLINE', '3'], ['ID_CARD', '4'], ['ADDRESS', '5'], ['PLATE', '6'], ['VIN', '7'],
  ['EMAIL', '8'], ['WECHAT', '9'], ['QQ', '0'], ['BANK_CARD', 'b'], ['DOB', 'd'], ['GPS', 'g'], ['IP', 'i'],
  ['PASSPORT', 'p'], ['TRAVEL_PERMIT', 't'], ['USCC', 'u'], ['WAYBILL', 'w'], ['MAC', 'm'], ['IMEI', 'e'],
]

/** How many characters stand before this place of the page's string. */
export const charsBefore = (words: string, at: number): number => Array.from(words.slice(0, at)).length

/** The marks with one more, in order; `null` if it is empty or would overlap. Blanks at its edges are no part of it. */
export function withMark(words: string, spans: readonly Span[], from: number, to: number, kind: string): Span[] | null {
  const chosen = words.slice(from, to)
  const start = charsBefore(words, from) + (chosen.length - chosen.trimStart().length)
  const end = start + Array.from(chosen.trim()).length
  if (end <= start || spans.some((span) => span.start < end && start < span.end)) return null
  return [...spans, { start, end, kind }].sort((one, other) => one.start - other.start)
}

/** The marks without the one at this place of the page's string. */
export function withoutMark(words: string, spans: readonly Span[], at: number): Span[] {
  const place = charsBefore(words, at)
  return spans.filter(({ start, end }) => place < start || place > end)
}

export interface Piece {
  text: string
  kind: string | null
  start: number
}

/** The text in pieces, marked and not. */
export function piecesOf(words: string, spans: readonly Span[]): Piece[] {
  const chars = Array.from(words)
  const pieces: Piece[] = []
  let at = 0
  const push = (start: number, end: number, kind: string | null) => {
    if (end > start) pieces.push({ text: chars.slice(start, end).join(''), kind, start })
  }
  for (const { start, end, kind } of spans) {
    push(at, start, null)
    push(start, end, kind)
    at = end
  }
  push(at, chars.length, null)
  return pieces
}
