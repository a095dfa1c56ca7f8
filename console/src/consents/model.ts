// Numbers of consent as the server tells them: cut down to tens, `null` for 1 to 9. Whatever is worked out of them
// here must say no more than they do.
import type { Schemas } from '../api/client'

export type Summary = Schemas['ConsentSummary']
export type PurposeSummary = Schemas['PurposeSummary']
export type Counts = Schemas['TurnCounts']
export type Blurred = number | null

/** Every word, in the order in which they are stacked. */
export const TURNS = ['given', 'refused', 'withdrawn', 'expired', 'spent'] as const
export type Turn = (typeof TURNS)[number]

export const RANGES = { '30': { days: 30, step: 'day' }, '90': { days: 90, step: 'day' }, '26w': { days: 182, step: 'week' }, '52w': { days: 364, step: 'week' } } as const
export type Range = keyof typeof RANGES

/** What is looked at; it stands in the address, so that a view can be kept and handed on. */
export interface View {
  range: Range
  /** One purpose alone. */
  purpose: string | undefined
  /** What was said in each period, instead of for how many it counted at its end. */
  said: boolean
}

/** The calendar day of China so many days before the present one, as the server takes it. */
export const chinaDayBefore = (now: number, days: number): string =>
  new Date(now + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)

/** How high a number is drawn: 1 to 9 in their middle. */
export const drawn = (count: Blurred): number => count ?? 5

/** The number of a period; 0 where there is none. `null` is a number here. */
export const valueAt = (values: readonly Blurred[], at: number): Blurred => values[at] === undefined ? 0 : values[at]

/** The sum of numbers: not above the true one; `null` if all that is known is that it is not 0. */
export function sumOf(counts: readonly Blurred[]): Blurred {
  const sum = counts.reduce<number>((all, count) => all + (count ?? 0), 0)
  return sum === 0 && counts.includes(null) ? null : sum
}

/** Everybody who said anything. */
export const allOf = (counts: Counts): Blurred => sumOf(TURNS.map((turn) => counts[turn]))

/** A share in percent, as finely as the numbers allow. */
export type Rate = { kind: 'few' } | { kind: 'none' } | { kind: 'below' | 'about'; percent: number }

/** Below so many people a share of numbers that are cut to tens says nothing. */
export const LEAST = 100

export function rateOf(part: Blurred, whole: Blurred): Rate {
  if (whole === null || whole < LEAST) return { kind: 'few' }
  if (part === 0) return { kind: 'none' }
  if (part === null) return { kind: 'below', percent: Math.ceil(1000 / whole) }
  return { kind: 'about', percent: Math.min(100, Math.round((100 * part) / whole)) }
}

/** Of those who were asked, who refused. */
export const refusalOf = (said: Counts): Rate => rateOf(said.refused, sumOf([said.given, said.refused]))

/** Of those who ever agreed and whose last word is known, who withdrew. */
export const withdrawalNow = (stands: Counts): Rate =>
  rateOf(stands.withdrawn, sumOf([stands.given, stands.withdrawn, stands.expired, stands.spent]))

/** Withdrawals for each hundred who agreed within the same time. */
export const withdrawalOf = (said: Counts): Rate => rateOf(said.withdrawn, said.given)

/** One band of the picture. */
export interface Series {
  key: string
  values: Blurred[]
}

/** What is stacked: purposes by how many agree, or the words about one purpose, or what was said about all. */
export function seriesOf(summary: Summary, view: View): Series[] {
  const of = view.said ? 'said' : 'stands'
  const one = summary.purposes.find(({ purpose }) => purpose === view.purpose)
  if (!one && !view.said) {
    return summary.purposes.map(({ purpose, periods }) => ({ key: purpose, values: periods.map(({ stands }) => stands.given) }))
  }
  const chosen = one ? [one] : summary.purposes
  return TURNS.map((turn) => ({
    key: turn,
    values: summary.begins.map((_, at) => sumOf(chosen.flatMap(({ periods }) => periods.slice(at, at + 1).map((one) => one[of][turn])))),
  }))
}

/** What is stacked up to and with each band: `levels[band][period]`. */
export function levelsOf(series: readonly Series[]): number[][] {
  const below = new Array<number>(series[0]?.values.length ?? 0).fill(0)
  return series.map(({ values }) =>
    values.map((value, at) => {
      const level = (below[at] ?? 0) + drawn(value)
      below[at] = level
      return level
    }),
  )
}

export interface Todo {
  kind: 'expiring' | 'outdated'
  purpose: string
  count: Blurred
}

/** What asks for somebody: what runs out first, then who must be asked again; the most people first. */
export function todosOf(summary: Summary): Todo[] {
  const of = (kind: Todo['kind']) =>
    summary.purposes
      .map(({ purpose, now }): Todo => ({ kind, purpose, count: now[kind] }))
      .filter(({ count }) => count !== 0)
      .sort((one, other) => drawn(other.count) - drawn(one.count))
  return [...of('expiring'), ...of('outdated')]
}

/** The same word of several purposes, put together; each number not above the true one. */
export const together = (counts: readonly Counts[]): Counts => {
  const sum = (turn: Turn) => sumOf(counts.map((one) => one[turn]))
  return { given: sum('given'), refused: sum('refused'), withdrawn: sum('withdrawn'), expired: sum('expired'), spent: sum('spent') }
}

/** What was said through each channel about these purposes, the most first; not what happened by itself. */
export function waysOf(purposes: readonly PurposeSummary[]): { through: string; said: Counts; last: number }[] {
  const all = purposes.flatMap(({ ways }) => ways).filter(({ through }) => through !== 'system')
  return [...new Set(all.map(({ through }) => through))]
    .map((through) => {
      const own = all.filter((one) => one.through === through)
      return { through, said: together(own.map(({ said }) => said)), last: Math.max(...own.map(({ last_entry }) => last_entry)) }
    })
    .sort((one, other) => drawn(allOf(other.said)) - drawn(allOf(one.said)))
}

/** How many agreed to these purposes with each grade of evidence, the best first. */
export function gradesOf(purposes: readonly PurposeSummary[]): { grade: string; given: Blurred; last: number }[] {
  const all = purposes.flatMap(({ grades }) => grades)
  return GRADES.map((grade) => all.filter((one) => one.grade === grade))
    .filter((own) => own.length > 0)
    .map((own) => ({
      grade: own[0]?.grade ?? '',
      given: sumOf(own.map(({ given }) => given)),
      last: Math.max(...own.map(({ last_entry }) => last_entry)),
    }))
}

const GRADES = ['proved', 'partial', 'unproven']
