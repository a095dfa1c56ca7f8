// A notice as it is read and compared: its parts, its sentences, and what became of each.
import type { Schemas } from '../api/client'
import type { Text } from '../api/register'
import { diff } from '../policies/diff'

export type Entry = Schemas['NoticeEntry']
export type Paragraph = Schemas['NoticeParagraph']
export type Change = Schemas['NoticeChange']
export type Plan = Schemas['NoticePlanAnswer']
export type Lint = Schemas['NoticeLintAnswer']
export type Preview = Schemas['NoticePreview']

export interface BoundField {
  field: string
  title: Text
  sensitive: boolean
  days: number
  from: string
  from_text: Text
}

export interface BoundPurpose {
  name: string
  title: Text
  consent: string | null
  basis: string
  basis_text: Text
  sensitive: boolean
  share: boolean
  fields: BoundField[]
  recipients: string[]
}

export interface BoundRecipient {
  name: string
  kind: string
  title: Text
  country: Text | null
}

/** What a notice tells, as the register of its publication completed it: the server's own JSON. */
export interface Bound {
  title: Text
  purposes: BoundPurpose[]
  recipients: BoundRecipient[]
}

/** A part of a notice: its heading and what stands below it. */
export interface Section {
  kind: string
  title: string
  paragraphs: Paragraph[]
}

const HEADS = ['title', 'heading', 'subheading']

export function sectionsOf(paragraphs: readonly Paragraph[]): Section[] {
  const sections: Section[] = []
  for (const paragraph of paragraphs) {
    if (HEADS.includes(paragraph.kind)) {
      sections.push({ kind: paragraph.kind, title: paragraph.text, paragraphs: [] })
    } else {
      sections[sections.length - 1]?.paragraphs.push(paragraph)
    }
  }
  return sections
}

/** The sentences of a text, each with the sign that ends it. */
export const sentencesOf = (text: string): string[] =>
  (text.match(/.*?(?:[。！？；;!?]+|\.(?=\s|$)|$)/gsu) ?? []).map((one) => one.trim()).filter((one) => one !== '')

export interface Row {
  /** `~`: one sentence in another's place. */
  sign: ' ' | '-' | '+' | '~'
  before: string
  after: string
}

/** What became of each sentence; those that replace each other stand in one row. */
export function rowsOf(before: readonly Paragraph[], after: readonly Paragraph[]): Row[] {
  const lines = (paragraphs: readonly Paragraph[]) => paragraphs.flatMap(({ text }) => sentencesOf(text)).join('\n')
  const rows: Row[] = []
  let [gone, come]: [string[], string[]] = [[], []]
  const flush = () => {
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
      const [was, is] = [gone[at], come[at]]
      rows.push({ sign: was === undefined ? '+' : is === undefined ? '-' : '~', before: was ?? '', after: is ?? '' })
    }
    gone = []
    come = []
  }
  for (const { sign, text } of diff(lines(before), lines(after))) {
    if (text === '') continue
    if (sign === '-') gone.push(text)
    else if (sign === '+') come.push(text)
    else {
      flush()
      rows.push({ sign: ' ', before: text, after: text })
    }
  }
  flush()
  return rows
}

/** The middle in which two texts differ: what stands before and behind it is the same in both. */
export function middleOf(one: string, other: string): { head: string; one: string; other: string; tail: string } {
  const [a, b] = [[...one], [...other]]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  return {
    head: a.slice(0, head).join(''),
    one: a.slice(head, a.length - tail).join(''),
    other: b.slice(head, b.length - tail).join(''),
    tail: tail === 0 ? '' : a.slice(-tail).join(''),
  }
}

export interface Compared {
  title: string
  kind: string
  /** Whether the whole part came or went. */
  whole: 'added' | 'removed' | null
  rows: Row[]
  /** Sentences of lines that the register and the notice's declarations fill. */
  declared: ReadonlySet<string>
}

/** The parts of both texts, in the order of the newer one; parts that went come last. */
export function compare(before: readonly Paragraph[], after: readonly Paragraph[]): Compared[] {
  const [was, is] = [sectionsOf(before), sectionsOf(after)]
  const same = (one: Section) => (other: Section) =>
    one.kind === other.kind && (one.kind === 'title' || one.title === other.title)
  const found = is.map((section): Compared => {
    const earlier = was.find(same(section))
    const { title, kind } = section
    const head = (text: string): Paragraph[] => (kind === 'title' ? [{ kind: 'text', text }] : [])
    const rows = rowsOf(
      [...(earlier ? head(earlier.title) : []), ...(earlier?.paragraphs ?? [])],
      [...head(title), ...section.paragraphs],
    )
    const declared = declaredIn([...section.paragraphs, ...(earlier?.paragraphs ?? [])])
    return { title, kind, whole: earlier ? null : 'added', rows, declared }
  })
  const gone = was.filter((section) => !is.some(same(section)))
  return [
    ...found,
    ...gone.map(({ title, kind, paragraphs }): Compared => {
      return { title, kind, whole: 'removed', rows: rowsOf(paragraphs, []), declared: declaredIn(paragraphs) }
    }),
  ]
}

export type Kind = 'widening' | 'narrowing' | 'wording'
const RANK: readonly string[] = ['widening', 'narrowing', 'wording']

/** The most serious of these changes; wording where there is none. */
export const worstOf = (changes: readonly Change[]): Kind =>
  (RANK.find((kind) => changes.some((one) => one.kind === kind)) ?? 'wording') as Kind

/** The labels of what is declared, as the server writes them in both languages. */
const DECLARED = [
  ...['信息种类', '保存期限', '依据', '敏感个人信息', '提供给', '所在国家或者地区', '身份'],
  ...['Data', 'Kept', 'Basis', 'Sensitive data', 'Given to', 'Country', 'Role'],
]

const declaredIn = (paragraphs: readonly Paragraph[]): ReadonlySet<string> =>
  new Set(
    paragraphs
      .filter(({ text }) => DECLARED.some((label) => text.startsWith(`${label}:`)))
      .flatMap(({ text }) => sentencesOf(text)),
  )

/** The changes that concern a part: of a purpose those of it, of a recipient those that name it. */
export function changesOf(section: Compared, changes: readonly Change[], purposes: ReadonlyMap<string, string>): Change[] {
  const purpose = section.kind === 'subheading' ? purposes.get(section.title) : undefined
  if (purpose !== undefined) return changes.filter((one) => one.purpose === purpose)
  return section.kind === 'subheading' ? changes.filter(({ text }) => text.includes(section.title)) : []
}

/** What a changed sentence is: what was declared takes the class of its part's changes, all else is wording. */
export function kindOf(row: Row, section: Compared, own: readonly Change[]): Kind {
  const declared = section.declared.has(row.before) || section.declared.has(row.after)
  return declared || section.whole !== null ? worstOf(own) : 'wording'
}

/** A message without the articles of law that it names, and these. */
export function footnoteOf(message: string): { text: string; article: string | null } {
  const found = /\s*[（(]((?:《个人信息保护法》|PIPL )(?:[^()（）]|\([^()]*\))*)[)）]/u.exec(message)
  if (!found?.[1]) return { text: message, article: null }
  return { text: message.slice(0, found.index) + message.slice(found.index + found[0].length), article: found[1] }
}
