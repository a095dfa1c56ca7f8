import { expect, test } from 'vitest'
import { kindsOf, normal } from './identify'

test.each([
  ['138 0000 0000', 'mobile'],
  ['+86 13800000000', 'mobile'],
  ['lsvaa4187e2123456', 'vin'],
  ['沪A·12345', 'plate'],
  ['粤bd12345', 'plate'],
  ['SF1234567890123', 'waybill'],
  ['WO-2026-000123', 'code'],
  ['ro2026 1121 9424 67437', 'code'],
])('%s is a %s', (typed, kind) => {
  expect(kindsOf(normal(typed))).toContain(kind)
})

test.each(['', '1380000', '张', 'LSVAA4187E212345', 'name', '%', '138000000001'])('%s is no number to search', (typed) => {
  expect(kindsOf(normal(typed)).filter((kind) => kind !== 'waybill')).toEqual([])
})
