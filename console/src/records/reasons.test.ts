import { expect, test } from 'vitest'
import type { Purpose } from '../api/register'
import { reasonsFor } from './reasons'
import type { Matter } from './rows'

const repair: Purpose = {
  name: 'repair-service',
  title: { zh: '', en: '' },
  basis: {},
  consent: null,
  fields: ['customer.mobile', 'work_order.number'],
  roles: [],
  quota: { subjects_per_day: null, clear_per_day: null },
  condition: 'assigned-open-case',
}
const order = (state: string, kind: string): Matter => ({
  number: 'WO-1',
  record: 'rec_1',
  collection: 'work_order',
  open: true,
  state,
  kind,
})

test('the reasons fit the state and kind of the order, and end with one’s own words', () => {
  expect(reasonsFor(order('in-progress', 'maintenance'), repair)).toEqual(['contact', 'identity', 'other'])
  expect(reasonsFor(order('waiting-parts', 'repair'), repair)).toEqual(['parts', 'contact', 'identity', 'other'])
  expect(reasonsFor(order('completed', 'warranty'), repair)).toEqual([
    'collect', 'contact', 'identity', 'delivery', 'verify', 'settlement', 'other',
  ])
  expect(reasonsFor(order('booked', 'rescue'), repair)[0]).toBe('rescue')
})

test('without an order nobody claims to call about one', () => {
  const reasons = reasonsFor(null, { ...repair, condition: 'none', fields: ['complaint.*'] })
  expect(reasons).toEqual(['identity', 'settlement', 'complaint', 'request', 'other'])
})

test('what a deployment calls otherwise has the general reasons', () => {
  const ticket = { ...order('beheben', 'sonstiges'), collection: 'vorgang' }
  expect(reasonsFor(ticket, repair)).toEqual(['contact', 'identity', 'other'])
})
