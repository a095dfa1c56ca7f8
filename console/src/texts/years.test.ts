import { expect, test } from 'vitest'
import { yearsOf } from './years'

test.each([
  [365, 1],
  [366, 1],
  [1095, 3],
  [1096, 3],
  [1826, 5],
  [2192, 6],
])('%i days are %i years', (days, years) => {
  expect(yearsOf(days)).toBe(years)
})

test.each([0, 30, 364, 400, 1000])('%i days are days', (days) => {
  expect(yearsOf(days)).toBe(null)
})
