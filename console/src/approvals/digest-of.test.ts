import { expect, test } from 'vitest'
import { canonical, digestOf } from './digest-of'

test('keys are in order and there are no blanks', () => {
  expect(canonical({ b: [1, { d: null, c: '文"' }], a: true })).toBe('{"a":true,"b":[1,{"c":"文\\"","d":null}]}')
})

test('the digest is over label, act and body', async () => {
  const one = await digestOf('export', { a: 1 })
  // printf 'shouxin approval v1\nexport\n{"a":1}\n' | sha256sum
  expect(one).toBe('abb62165a32a503df0eb9e68583dee0066bcd193da14d7280a66bd07303874ad')
  expect(await digestOf('grant', { a: 1 })).not.toBe(one)
  expect(await digestOf('export', { a: 2 })).not.toBe(one)
})
