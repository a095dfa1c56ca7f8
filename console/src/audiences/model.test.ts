import { expect, test } from 'vitest'
import { csvOf, idsOf, joined, leftOf, partsOf, whysOf } from './model'

const id = (n: number) => `sub_${String(n).padStart(26, '0')}`

test('ids are found in whatever they stand in, each once, and nothing else is', () => {
  const text = `编号,手机\n${id(1)},13800138000\n"${id(2)}";\t${id(1)}\nSUB_X stf_${'0'.repeat(26)} sub_short ${id(3)}0`
  expect(idsOf(text)).toEqual({ ids: [id(1), id(2)], doubles: 1 })
  expect(idsOf('')).toEqual({ ids: [], doubles: 0 })
})

test('no part is longer than one question takes', () => {
  expect(partsOf(['a', 'b', 'c'], 2)).toEqual([['a', 'b'], ['c']])
  expect(partsOf([])).toEqual([])
})

test('answers add up, and the list is of the first moment', () => {
  const first = joined(null, { entry: 7, subjects: [{ subject: id(1), most_per_month: 2 }], others: { refused: 3 }, more: true }, 100)
  const both = joined(first, { entry: 9, subjects: [{ subject: id(2) }], others: { refused: 1, missing: 9 }, more: false }, 200)
  expect([both.at, both.entries, leftOf(both), both.isWhole]).toEqual([100, [7, 9], 13, false])
  expect(whysOf(both)).toEqual([
    ['missing', 9],
    ['refused', 4],
  ])
  expect(csvOf(both)).toBe(`subject,most_per_month\n${id(1)},2\n${id(2)},\n`)
})
