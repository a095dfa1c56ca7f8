import { describe, expect, it } from 'vitest'
import { changedLines } from './lines'

describe('changed lines', () => {
  it('counts a line that became another once', () => {
    expect(changedLines('a\nb\nc', 'a\nB\nc')).toBe(1)
    expect(changedLines('a\nb', 'a\nb\nc\nd')).toBe(2)
    expect(changedLines('a\na\nb', 'a\nb')).toBe(1)
  })

  it('sees a line that moved, and nothing in the same text', () => {
    expect(changedLines('a\nb', 'b\na')).toBe(1)
    expect(changedLines('a\nb', 'a\nb')).toBe(0)
  })
})
