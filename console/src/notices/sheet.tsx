// A notice as customers read it: headings, text, and what must be seen.
import type { Language } from '../texts'
import type { Paragraph } from './model'

interface Props {
  paragraphs: readonly Paragraph[]
  language: Language
  /** What its highest heading is on the page that it stands on. */
  level?: 2 | 3
}

export function Sheet({ paragraphs, language, level = 2 }: Props) {
  return (
    <article className="sheet" lang={language === 'zh' ? 'zh-CN' : 'en'}>
      {paragraphs.map(({ kind, text }, at) => {
        // Paragraphs repeat; their place is what tells them apart.
        const heading = HEADINGS[kind]
        if (heading !== undefined) {
          const Tag = `h${level + heading}` as 'h3'
          return (
            <Tag key={at} className={`sheet-${kind}`}>
              {text}
            </Tag>
          )
        }
        return (
          <p key={at} className={kind === 'important' ? 'sheet-important' : undefined}>
            {text}
          </p>
        )
      })}
    </article>
  )
}

const HEADINGS: Record<string, number> = { title: 1, heading: 2, subheading: 3 }
