import { expect, test } from 'vitest'
import { channelsOf, narrowest, standingOf, type Word } from './words'

const NOW = Date.parse('2026-11-22T08:00:00Z')

const word = (more: Partial<Word>): Word => ({
  part: null,
  channel: null,
  state: 'given',
  form: 'general',
  grade: 'proved',
  at: '2026-11-01T00:00:00Z',
  from: null,
  until: null,
  case: null,
  counts: true,
  outdated: false,
  event: null,
  ...more,
})
const no = { state: 'refused', counts: false }

test('the narrowest word about a field and a way counts', () => {
  const all = word({})
  const customer = word({ part: 'customer.*', ...no })
  const mobile = word({ part: 'customer.mobile' })
  const words = [all, customer, mobile]
  expect(narrowest(words, 'vehicle.*', null)).toBe(all)
  expect(narrowest(words, 'customer.name', 'sms')).toBe(customer)
  expect(narrowest(words, 'customer.mobile', 'sms')).toBe(mobile)
  // A collection is not a field whose name begins alike.
  expect(narrowest([word({ part: 'call.*', ...no })], 'callback.at', null)).toBeNull()
})

test('of two that are not within each other the one that does not count is told', () => {
  const mobile = word({ part: 'customer.mobile' })
  const sms = word({ channel: 'sms', ...no })
  expect(narrowest([mobile, sms], 'customer.mobile', 'sms')).toBe(sms)
  expect(narrowest([mobile, sms], 'customer.mobile', null)).toBe(mobile)
  expect(channelsOf([mobile, sms])).toEqual(['sms'])
})

test('each word stands as a read would find it', () => {
  const standing = (more: Partial<Word>) => standingOf(word(more), true, NOW)
  expect(standing({})).toBe('given')
  expect(standing({ outdated: true })).toBe('outdated')
  expect(standing({ from: '2026-11-23T00:00:00Z', counts: false })).toBe('later')
  expect(standing({ until: '2026-11-02T00:00:00Z', counts: false })).toBe('expired')
  expect(standing({ state: 'expired', counts: false })).toBe('expired')
  expect(standing({ state: 'spent', counts: false })).toBe('spent')
  expect(standing({ state: 'withdrawn', counts: false })).toBe('withdrawn')
  expect(standingOf(null, true, NOW)).toBe('notAsked')
  expect(standingOf(word({}), false, NOW)).toBe('notNeeded')
})
