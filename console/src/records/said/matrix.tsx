// Purposes and where they stand; each opens to its parts, its ways of contact, and the words themselves.
import { DownOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Purpose, Register } from '../../api/register'
import { useAppearance } from '../../texts'
import { More } from './more'
import { NoticeLink } from './notice'
import { Sign } from './sign'
import { useSaid } from './texts'
import { standingOf, type Told, type Word, whole } from './words'

interface Props {
  subject: string
  register: Register
  told: readonly Told[]
  /** The moment for which it was worked out. */
  at: string
  isPast: boolean
  onChanged: () => void
}

export function Matrix(props: Props) {
  const { register, told } = props
  const t = useSaid()
  // Counts name nobody: there is nothing to ask a person for. What customers do themselves neither.
  const about = register.purposes.filter(({ condition }) => condition !== 'counts-only')
  const of = (purpose: Purpose) =>
    told.find((one) => one.purpose === purpose.name) ?? { purpose: purpose.name, needed: false, notice: null, words: [] }
  const asked = about.filter((purpose) => of(purpose).needed)
  const free = about.filter((purpose) => !of(purpose).needed)
  const row = (purpose: Purpose) => <Line key={purpose.name} {...props} purpose={purpose} one={of(purpose)} />
  return (
    <>
      {asked.length > 0 && <Frame label={t.title}>{asked.map(row)}</Frame>}
      {free.length > 0 && (
        <details className="fold">
          <summary>{t.others(free.length)}</summary>
          <Frame label={t.others(free.length)}>{free.map(row)}</Frame>
        </details>
      )}
    </>
  )
}

function Frame({ label, children }: { label: string; children: ReactNode }) {
  const t = useSaid()
  return (
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="said" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t.columns.purpose}</th>
            <th scope="col">{t.columns.state}</th>
            <th scope="col" className="col-wide">
              {t.columns.shown}
            </th>
            <th scope="col">{t.columns.time}</th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

function Line(props: Props & { purpose: Purpose; one: Told }) {
  const { purpose, one, at } = props
  const { texts, pick, language } = useAppearance()
  const t = useSaid()
  const [open, setOpen] = useState(false)
  const word = whole(one.words)
  const standing = standingOf(word, one.needed, Date.parse(at))
  const differing = one.words.filter((other) => other !== word).length
  const title = pick(purpose.title)
  const bases = [...new Set(Object.values(purpose.basis))].map((basis) => texts.dossier.bases[basis] ?? basis)
  const opens = one.needed || one.words.length > 0
  return (
    <>
      <tr data-purpose={purpose.name}>
        <th scope="row">
          <div className="said-purpose">
            {opens && (
              <Button
                type="text"
                size="small"
                aria-expanded={open}
                aria-label={open ? t.shut(title) : t.open(title)}
                icon={open ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
                onClick={() => setOpen(!open)}
              />
            )}
            <div>
              {title}
              <div className="note">
                {one.needed ? t.forms[purpose.consent ?? 'general'] : bases.join(language === 'zh' ? '、' : ', ')}
              </div>
            </div>
          </div>
        </th>
        <td data-here>
          <Sign standing={standing} />
          {differing > 0 && <div className="note">{t.differs(differing)}</div>}
        </td>
        <td className="col-wide">
          {word?.event ? (
            <NoticeLink shown={word.event.notice ?? null} />
          ) : (
            one.needed && one.notice && <NoticeLink shown={one.notice} label={props.isPast ? t.noticeThen : t.noticeNow} />
          )}
          {word?.state === 'given' && <div className="note">{t.forms[word.form]}</div>}
        </td>
        <td>{word && <Time word={word} at={at} />}</td>
      </tr>
      {open && (
        <tr className="said-more">
          <td colSpan={4}>
            <More {...props} />
          </td>
        </tr>
      )}
    </>
  )
}

/** Since when and until when. */
export function Time({ word, at }: { word: Word; at: string }) {
  const { texts } = useAppearance()
  const t = useSaid()
  const day = (one: string) => new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'medium' }).format(new Date(one))
  const begins = word.from !== null && Date.parse(word.from) > Date.parse(at)
  return (
    <>
      <div>{begins && word.from !== null ? t.from(day(word.from)) : t.since(day(word.at))}</div>
      {word.state === 'given' && (
        <div className="note">{word.until === null ? t.forGood : t.until(day(word.until))}</div>
      )}
    </>
  )
}
