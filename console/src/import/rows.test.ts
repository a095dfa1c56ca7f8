import { expect, test } from 'vitest'
import { mappingOf } from './mapping'
import { neutral, outcomesOf, refusedCsv, refusedLines, textOf } from './rows'

const HEADS = ['row', 'reason'] as const

test('refused rows are cut out by the line on which they begin, with their reasons', () => {
  const text = 'name,mobile\r\n"a, b",1\r\n"x\r\ny",2\r\nz,"3\r\nw,4\r\n'
  const refused = [2, 3, 5, 6].map((row) => ({ row, reason: `r${row}` }))
  expect(refusedCsv(text, 1, refused, HEADS).split('\r\n').slice(0, 3)).toEqual([
    '\ufeff"row","reason","name","mobile"',
    '"2","r2","a, b","1"',
    // A line end within a cell stays one.
    '"3","r3","x\ny","2"',
  ])
  expect(refusedCsv(text, 1, refused, HEADS)).toContain('"5","r5","z","3"\r\n"6","r6","w","4"\r\n')
  expect(refusedCsv('甲，乙\n1，2\n', 1, [{ row: 2, reason: '' }], HEADS)).toContain('"2","","1","2"')
})

test('no cell is run by a spreadsheet', () => {
  for (const cell of ['=1+1', '+86', '-2', '@x', '\t=1', ' =1', '＝1', '|calc', "'=1", '\u200b=1']) {
    expect(neutral(cell)).toBe(`'${cell}`)
  }
  for (const cell of ['', 'a=b', '138', "'a", '沪A']) expect(neutral(cell)).toBe(cell)
  expect(refusedCsv('a\n=cmd()\n', 1, [{ row: 2, reason: '=x' }], HEADS)).toContain(`"2","'=x","'=cmd()"`)
})

test('an encoding is told by the bytes', () => {
  expect(textOf(new Uint8Array([0xd0, 0xd5, 0xc3, 0xfb]))).toBe('姓名')
  expect(textOf(new TextEncoder().encode('姓名'))).toBe('姓名')
  expect(textOf(new Uint8Array([0xff, 0xfe, 0x61, 0]))).toBe('a')
})

test('outcomes are read back', () => {
  const csv = '\ufeffrow,outcome,code,field,subject,message\r\n4,refused,a; b,c.d; ,,"one, ""1""; two"\r\n'
  expect(outcomesOf(csv)).toEqual([
    { row: 4, outcome: 'refused', codes: ['a', 'b'], fields: ['c.d', ''], messages: ['one, "1"', 'two'] },
  ])
  expect(refusedLines('{"a":1}\n{"a":2}\n', [{ row: 2, reason: '' }])).toBe('{"a":2}\n')
})

test('a mapping says what is fed, what is left out, and whose the data are', () => {
  const own = { thirdParty: false, name: '', authorisation: '', date: '' }
  const choices = [
    { column: '姓"名', field: 'customer.name' },
    { column: '备注\t', field: null },
  ]
  expect(mappingOf(choices, own)).toBe(
    'ignore = ["备注\\t"]\n[source]\nthird_party = false\n[columns]\n"姓\\"名" = "customer.name"\n',
  )
  const other = { thirdParty: true, name: '甲', authorisation: '乙', date: '2026-01-31' }
  expect(mappingOf([], other)).toContain('third_party = true\nname = "甲"\nauthorisation = "乙"\ndate = "2026-01-31"')
})
