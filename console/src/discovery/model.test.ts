import { describe, expect, it } from 'vitest'
import { columnsOf, endOf, type Finding, queryOf, shadeOf, usualTask, valuesOf } from './model'
import { searchOf } from './search'

const finding = (more: Partial<Finding>) => ({ cells: 1, sampled: 100, what: 'PHONE', class: 'undeclared', ...more }) as Finding

describe('the address', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(searchOf({ state: 'open', what: 'ID_CARD', evil: 'x', source: '<b>', id: 7 })).toEqual({ state: 'open', what: 'ID_CARD' })
  })
  it('asks for what is open unless it says otherwise', () => {
    expect(queryOf({})).toEqual({ state: 'open' })
    expect(queryOf({ state: 'any', class: 'drift' })).toEqual({ class: 'drift' })
  })
})

describe('facets and columns', () => {
  it('orders values as people expect, the others by how many', () => {
    const facet = (name: string, value: string, count: number) => ({ name, value, count })
    const facets = [facet('severity', 'low', 9), facet('severity', 'high', 1), facet('what', 'IP', 2), facet('what', 'QQ', 5)]
    expect(valuesOf(facets, 'severity')).toEqual([['high', 1], ['low', 9]])
    expect(valuesOf(facets, 'what')).toEqual([['QQ', 5], ['IP', 2]])
  })
  it('has a column for each kind, the most wide-spread first', () => {
    const places = [['IP'], ['IP', 'QQ'], ['DOB', 'IP']].map((whats) => ({ path: ['t'], cells: whats.map((what) => finding({ what })) }))
    expect(columnsOf(places)).toEqual(['IP', 'DOB', 'QQ'])
  })
  it('shades by share', () => {
    const shades = [1, 20, 50, 100].map((cells) => shadeOf(finding({ cells })))
    expect(shades).toEqual([...shades].sort())
    expect(shades.at(-1)).toBe(5)
    expect(shadeOf(finding({ cells: 0, sampled: 0 }))).toBeGreaterThanOrEqual(0)
  })
})

describe('deciding', () => {
  it('proposes what fits the class', () => {
    expect(usualTask(finding({ class: 'drift' }))).toBe('raise-class')
    expect(usualTask(finding({ class: 'not-found' }))).toBe('undeclare')
    expect(usualTask(finding({}))).toBe('declare')
  })
  it('ends a day at midnight in China, and only one within a year', () => {
    const now = Date.parse('2026-11-22T00:00:00Z')
    expect(endOf('2026-11-30', now)).toBe('2026-11-30T15:59:59.000Z')
    expect(endOf('2026-11-21', now)).toBeNull()
    expect(endOf('2028-01-01', now)).toBeNull()
    expect(endOf('tomorrow', now)).toBeNull()
  })
})
