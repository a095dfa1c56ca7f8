import { describe, expect, it } from 'vitest'
import { charsBefore, KINDS, piecesOf, withMark, withoutMark } from './marks'

const WORDS = '😀请打 13800138000 找王芳'

describe('marks', () => {
  it('count characters, not units of UTF-16', () => {
    expect(charsBefore(WORDS, WORDS.indexOf('1'))).toBe(4)
    const at = WORDS.indexOf('1')
    expect(withMark(WORDS, [], at - 1, at + 12, 'PHONE')).toEqual([{ start: 4, end: 15, kind: 'PHONE' }])
  })
  it('stand in order and do not overlap', () => {
    const name = withMark(WORDS, [], WORDS.length - 2, WORDS.length, 'PERSON') ?? []
    const at = WORDS.indexOf('1')
    const both = withMark(WORDS, name, at, at + 11, 'PHONE') ?? []
    expect(both.map(({ kind }) => kind)).toEqual(['PHONE', 'PERSON'])
    expect(withMark(WORDS, both, at + 3, at + 5, 'QQ')).toBeNull()
    expect(withMark(WORDS, [], 2, 2, 'QQ')).toBeNull()
    expect(withMark('a  b', [], 1, 3, 'QQ')).toBeNull()
    expect(withoutMark(WORDS, both, at + 4).map(({ kind }) => kind)).toEqual(['PERSON'])
  })
  it('give the text back in pieces', () => {
    const at = WORDS.indexOf('1')
    const spans = withMark(WORDS, [], at, at + 11, 'PHONE') ?? []
    const pieces = piecesOf(WORDS, spans)
    expect(pieces.map(({ text }) => text).join('')).toBe(WORDS)
    expect(pieces.map(({ kind }) => kind)).toEqual([null, 'PHONE', null])
  })
  it('have a key of their own each', () => {
    expect(new Set(KINDS.map(([, key]) => key)).size).toBe(20)
  })
})
