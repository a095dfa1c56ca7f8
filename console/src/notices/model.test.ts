import { expect, test } from 'vitest'
import { changesOf, compare, footnoteOf, kindOf, middleOf, rowsOf, sentencesOf } from './model'

const text = (words: string) => ({ kind: 'text', text: words })

test('sentences end where they end, in both languages', () => {
  expect(sentencesOf('甲。乙,丙;丁')).toEqual(['甲。', '乙,丙;', '丁'])
  expect(sentencesOf('One of 3.5 km. Two? Mail a@b.example.')).toEqual(['One of 3.5 km.', 'Two?', 'Mail a@b.example.'])
  expect(sentencesOf('')).toEqual([])
})

test('a sentence in another one\'s place stands beside it', () => {
  const rows = rowsOf([text('甲。乙。丙。')], [text('甲。丁。丙。戊。')])
  expect(rows.map(({ sign, before, after }) => `${sign}${before}|${after}`)).toEqual([' 甲。|甲。', '~乙。|丁。', ' 丙。|丙。', '+|戊。'])
  expect(middleOf('保存 30 天。', '保存 90 天。')).toEqual({ head: '保存 ', one: '3', other: '9', tail: '0 天。' })
  expect(middleOf('同', '同')).toEqual({ head: '同', one: '', other: '', tail: '' })
})

test('what was declared takes the class of its part, and words are words', () => {
  const head = { kind: 'subheading', text: '营销' }
  const found = compare([head, text('信息种类:姓名'), text('发优惠。')], [head, text('信息种类:姓名、住址'), text('发些优惠。')])
  const changes = [
    { kind: 'widening', purpose: 'marketing', text: '“营销”新增使用住址' },
    { kind: 'wording', purpose: 'marketing', text: '“营销”目的说明' },
  ]
  const part = found[0]
  if (!part) throw new Error('no part')
  const own = changesOf(part, changes, new Map([['营销', 'marketing']]))
  expect(own).toEqual(changes)
  expect(part.rows.map((row) => kindOf(row, part, own))).toEqual(['widening', 'wording'])
})

test('parts that come and go are told as a whole', () => {
  const [a, b] = [{ kind: 'subheading', text: '甲' }, { kind: 'subheading', text: '乙' }]
  const found = compare([a, text('一。')], [b, text('一。')])
  expect(found.map(({ title, whole }) => `${title} ${whole}`)).toEqual(['乙 added', '甲 removed'])
})

test('articles of the law go into footnotes', () => {
  expect(footnoteOf('没有告知投诉(《个人信息保护法》第65条)')).toEqual({ text: '没有告知投诉', article: '《个人信息保护法》第65条' })
  expect(footnoteOf('it tells no purpose (PIPL art. 17(1))')).toEqual({ text: 'it tells no purpose', article: 'PIPL art. 17(1)' })
  expect(footnoteOf('too long (90 words)')).toEqual({ text: 'too long (90 words)', article: null })
})
