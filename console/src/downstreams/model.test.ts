import { expect, test } from 'vitest'
import { consenting } from '../texts/zh/consenting'
import { type Downstream, failureWords, inOrder, placeOf, standingOf, toneOf } from './model'

const system = (name: string, more: Partial<Downstream> = {}): Downstream => ({
  name,
  kind: 'webhook',
  target: 'https://crm.example.com/hook',
  purposes: ['marketing-contact'],
  parts: [],
  state: 'active',
  delivered: 9,
  acknowledged: 9,
  behind: 0,
  oldest_seconds: 0,
  created_by: 'stf_1',
  created_at: '2026-11-22T00:00:00Z',
  ...more,
})

test('who is furthest behind stands first, retired ones last', () => {
  const all = [system('b'), system('old', { state: 'retired', oldest_seconds: 9_999 }), system('late', { oldest_seconds: 60 }), system('a')]
  expect(inOrder(all).map(({ name }) => name)).toEqual(['late', 'a', 'b', 'old'])
})

test('a system that fails is told from one that is merely behind', () => {
  expect(standingOf(system('a'))).toBe('current')
  expect(standingOf(system('a', { behind: 3 }))).toBe('behind')
  expect(standingOf(system('a', { behind: 3, failing_since: '2026-11-22T00:00:00Z' }))).toBe('failing')
  expect(standingOf(system('a', { behind: 3, failing_since: '2026-11-22T00:00:00Z', state: 'paused' }))).toBe('paused')
})

test('the scale goes from nothing to a day', () => {
  expect(placeOf(0)).toBe(0)
  expect(placeOf(86_400)).toBe(1)
  expect(placeOf(1e9)).toBe(1)
  expect(placeOf(60)).toBeGreaterThan(0.3)
  expect([1, 899, 900, 14_400].map(toneOf)).toEqual(['cool', 'cool', 'warm', 'hot'])
})

test('every failure has words, whatever its number', () => {
  const words = consenting.downstreams
  expect(failureWords('status-502', words)).toContain('502')
  expect(failureWords('unreachable', words)).toBe(words.failures.unreachable)
  expect(failureWords('something-new', words)).toBe(words.failureOther)
  expect(failureWords(null, words)).toBe('')
})
