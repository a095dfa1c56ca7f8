import { expect, test } from 'vitest'
import { diff, pieces } from './diff'

const shown = (older: string, newer: string) => diff(older, newer).map(({ sign, text, number }) => `${sign}${number}${text}`)

test('lines that stay, go and come are told apart', () => {
  expect(shown('a\nb\nc', 'a\nx\nc')).toEqual([' 1a', '-2b', '+2x', ' 3c'])
  expect(shown('a\nb\nc\nd', 'b\nd\ne')).toEqual(['-1a', ' 1b', '-3c', ' 2d', '+3e'])
  expect(shown('a', 'a')).toEqual([' 1a'])
})

test('only what is near a change is shown', () => {
  const many = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  const changed = many.map((line, at) => (at === 5 || at === 25 ? `${line} new` : line))
  const found = pieces(diff(many.join('\n'), changed.join('\n')), 2)
  expect(found.map((piece) => piece.length)).toEqual([6, 6])
  expect(pieces(diff('a', 'a'))).toEqual([])
})
