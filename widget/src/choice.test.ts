import { agreeToAll, each, hasAll, refuseAll } from './choice'
import type { Purpose } from './protocol'

const purpose = (name: string, marks: Partial<Purpose> = {}): Purpose => ({
  name,
  title: name,
  text: '',
  fields: [],
  recipients: [],
  kept: '',
  sensitive: false,
  in_all: true,
  share: false,
  ...marks,
})
const all = [purpose('analytics'), purpose('partners', { share: true }), purpose('place', { sensitive: true, in_all: false })]

test('refusing all refuses all', () => {
  expect(refuseAll(all)).toEqual({ on: [], off: ['analytics', 'partners', 'place'], all: true })
})

test('agreeing to all says nothing about what needs a consent of its own', () => {
  expect(agreeToAll(all, false)).toEqual({ on: ['analytics', 'partners'], off: [], all: true })
})

test('where everything needs a consent of its own there is no button for all', () => {
  expect([hasAll(all), hasAll([purpose('place', { sensitive: true, in_all: false })])]).toEqual([true, false])
})

test('what gives data to others stays off under Global Privacy Control, whatever is pressed', () => {
  expect(agreeToAll(all, true)).toEqual({ on: ['analytics'], off: ['partners'], all: true })
  const { on, off } = each(all, true, () => true)
  expect({ on, off }).toEqual({ on: ['analytics', 'place'], off: ['partners'] })
})

test('single choices name every purpose once', () => {
  const choice = each(all, false, (name) => name === 'place')
  expect(choice).toEqual({ on: ['place'], off: ['analytics', 'partners'], all: false })
})
