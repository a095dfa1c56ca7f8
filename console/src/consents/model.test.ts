import { expect, test } from 'vitest'
import { chinaDayBefore, type Counts, gradesOf, levelsOf, rateOf, seriesOf, sumOf, type Summary, todosOf, waysOf } from './model'

const none: Counts = { given: 0, refused: 0, withdrawn: 0, expired: 0, spent: 0 }
const purpose = (name: string, given: (number | null)[], more = {}): Summary['purposes'][number] => ({
  purpose: name,
  now: { stands: none, missing: 0, outdated: 0, expiring: 0, unproven: 0, ...more },
  periods: given.map((count) => ({ said: { ...none, refused: count }, stands: { ...none, given: count } })),
  notices: [],
  ways: [],
  grades: [],
})
const summary = (...purposes: Summary['purposes']): Summary => ({
  step: 'day',
  begins: ['2026-11-20T16:00:00.000Z', '2026-11-21T16:00:00.000Z'],
  ends: '2026-11-22T16:00:00.000Z',
  at: '2026-11-22T03:00:00.000Z',
  counted_to: 9,
  behind: 0,
  standing_known: true,
  subjects: 100,
  purposes,
})

test('a share says no more than the numbers it is of', () => {
  expect(rateOf(10, 90)).toEqual({ kind: 'few' })
  expect(rateOf(10, null)).toEqual({ kind: 'few' })
  expect(rateOf(null, 100)).toEqual({ kind: 'below', percent: 10 })
  expect(rateOf(null, 2_000)).toEqual({ kind: 'below', percent: 1 })
  expect(rateOf(0, 100)).toEqual({ kind: 'none' })
  expect(rateOf(30, 120)).toEqual({ kind: 'about', percent: 25 })
  // Withdrawn are those who agreed before as well.
  expect(rateOf(300, 120)).toEqual({ kind: 'about', percent: 100 })
})

test('a sum of nothing but small numbers is not called nothing', () => {
  expect(sumOf([0, 0])).toBe(0)
  expect(sumOf([null, 0, null])).toBeNull()
  expect(sumOf([null, 20, 30])).toBe(50)
})

test('purposes are stacked by who agrees, one purpose by its words, what was said over all', () => {
  const of = summary(purpose('a', [10, 20]), purpose('b', [null, 30]))
  const view = { range: '30', purpose: undefined, said: false } as const
  expect(seriesOf(of, view)).toEqual([
    { key: 'a', values: [10, 20] },
    { key: 'b', values: [null, 30] },
  ])
  expect(levelsOf(seriesOf(of, view))).toEqual([
    [10, 20],
    [15, 50],
  ])
  const words = seriesOf(of, { ...view, purpose: 'b' })
  expect(words.map(({ key }) => key)).toEqual(['given', 'refused', 'withdrawn', 'expired', 'spent'])
  expect(words[0]?.values).toEqual([null, 30])
  expect(seriesOf(of, { ...view, said: true })[1]?.values).toEqual([10, 50])
})

test('what runs out stands before who must be asked again, and small groups are not left out', () => {
  const of = summary(purpose('a', [], { outdated: 500 }), purpose('b', [], { expiring: null }), purpose('c', [], { expiring: 40 }))
  expect(todosOf(of).map(({ kind, purpose }) => `${kind} ${purpose}`)).toEqual(['expiring c', 'expiring b', 'outdated a'])
})

test('days are those of China', () => {
  expect(chinaDayBefore(Date.parse('2026-11-21T17:00:00Z'), 0)).toBe('2026-11-22')
  expect(chinaDayBefore(Date.parse('2026-11-21T15:59:59Z'), 29)).toBe('2026-10-23')
})

test('channels and grades of several purposes are put together', () => {
  const way = (through: string, given: number | null, last_entry: number) => ({ through, said: { ...none, given }, last_entry })
  const of = [
    { ...purpose('a', []), ways: [way('web', 10, 1), way('system', 90, 9)], grades: [{ grade: 'unproven', given: null, last_entry: 1 }] },
    { ...purpose('b', []), ways: [way('web', null, 4), way('counter', 30, 2)], grades: [{ grade: 'proved', given: 20, last_entry: 2 }] },
  ]
  expect(waysOf(of).map(({ through, said, last }) => [through, said.given, last])).toEqual([
    ['counter', 30, 2],
    ['web', 10, 4],
  ])
  expect(gradesOf(of)).toEqual([
    { grade: 'proved', given: 20, last: 2 },
    { grade: 'unproven', given: null, last: 1 },
  ])
})
