import { expect, test } from 'vitest'
import { tokensOf } from './tokens'

const sorts = (line: string) => tokensOf(line).map(({ sort, text }) => `${sort}:${text}`)

test('the words of a line are told apart', () => {
  expect(sorts('permit (principal in Role::"clerk", action, resource)')).toEqual([
    'keyword:permit',
    'plain: (',
    'keyword:principal',
    'plain: ',
    'keyword:in',
    'plain: ',
    'type:Role',
    'plain:::',
    'string:"clerk"',
    'plain:, ',
    'keyword:action',
    'plain:, ',
    'keyword:resource',
    'plain:)',
  ])
  expect(sorts('@id("a \\" b") // why')).toEqual(['annotation:@id', 'plain:(', 'string:"a \\" b"', 'plain:) ', 'comment:// why'])
  expect(sorts('//? role=a')).toEqual(['case://? role=a'])
})

test('whatever is typed is the line again', () => {
  for (const line of ['', '"open', '@', '::', '目 "文" // 注', '\t  x1_y 12 <script>', 'permitted inside']) {
    expect(tokensOf(line).map(({ text }) => text).join('')).toBe(line)
  }
  expect(sorts('permitted inside')).toEqual(['plain:permitted inside'])
})
