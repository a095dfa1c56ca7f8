import { describe, expect, it } from 'vitest'
import type { Register } from '../api/register'
import { cellKey, cellsOf, type Flow, graphOf, groupFindings, heatOf, type Observed, stateOf, usesOf } from './model'

const register = {
  collections: [{ name: 'customer' }, { name: 'vehicle' }],
  purposes: [
    { name: 'contact', fields: ['customer.name', 'customer.mobile'], roles: ['adviser'] },
    { name: 'recall', fields: ['vehicle.vin'], roles: ['clerk'] },
  ],
} as unknown as Register

const flow = (some: Partial<Flow>): Flow => ({
  field: 'customer.mobile',
  purpose: 'contact',
  recipient: { kind: 'role', name: 'adviser' },
  act: 'read',
  form: 'masked',
  count: 1,
  first_at: '2026-11-21T00:00:00Z',
  last_at: '2026-11-21T00:00:00Z',
  register_from: 1,
  register_to: 1,
  ...some,
})
const observed = (...flows: Flow[]) => ({ flows, keys: [], findings: [] }) as unknown as Observed

describe('the map', () => {
  const lines = (...flows: Flow[]) =>
    graphOf(register, observed(...flows)).links.map(
      (link) => `${link.id} ${stateOf(link)} ${link.given} ${link.refused}`,
    )

  it('draws what is declared, and shows where nothing passed', () => {
    expect(lines(flow({ count: 3 }), flow({ form: 'clear', count: 2 }))).toEqual([
      'collection:customer>purpose:contact used 5 0',
      'purpose:contact>recipient:role:adviser used 5 0',
      'collection:vehicle>purpose:recall idle 0 0',
      'purpose:recall>recipient:role:clerk idle 0 0',
    ])
  })

  it('lays what is not declared beside what is', () => {
    expect(lines(flow({ field: 'vehicle.vin', undeclared: 'not-in-purpose', form: 'withheld', count: 4 }))).toContain(
      'collection:vehicle>purpose:contact! undeclared 0 4',
    )
    const left = lines(flow({ recipient: { kind: 'role', name: 'auditor' }, undeclared: 'role-not-declared' }))
    expect(left).toContain('collection:customer>purpose:contact used 1 0')
    expect(left).toContain('purpose:contact>recipient:role:auditor! undeclared 1 0')
  })

  it('takes no write for a use', () => {
    const written = flow({ act: 'write', purpose: null, form: 'written', count: 9 })
    expect(lines(written)).toContain('collection:customer>purpose:contact idle 0 0')
    expect(usesOf(observed(written)).get('customer.mobile')).toEqual({ given: 0, refused: 0, written: 9 })
  })

  it('has a cell for each declared pair and each that was used', () => {
    const cells = cellsOf(register, observed(flow({ count: 2 }), flow({ purpose: 'recall', form: 'withheld' })))
    expect(cells.get(cellKey('customer.mobile', 'contact'))).toEqual({ given: 2, refused: 0, declared: true })
    expect(cells.get(cellKey('customer.mobile', 'recall'))).toEqual({ given: 0, refused: 1, declared: false })
    expect(cells.get(cellKey('vehicle.vin', 'contact'))).toBeUndefined()
  })

  it('gets darker with the order of magnitude', () => {
    expect([0, 1, 9, 99, 999].map((count) => heatOf(count, 999))).toEqual([0, 1, 2, 4, 5])
  })

  it('puts undeclared uses before everything else', () => {
    const finding = (kind: string) => ({ kind, fields: [], given: 0, refused: 0, written: 0 })
    const groups = groupFindings(['idle-role', 'unread-field', 'role-not-declared'].map(finding))
    expect(groups.map(({ group, findings }) => `${group} ${findings.length}`)).toEqual([
      'undeclared 1',
      'unread 1',
      'unused 0',
      'idle 1',
    ])
  })
})
