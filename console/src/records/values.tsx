// One value as people read it: in words where the register has words, marked where it is lent.
import { StopOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import type { FieldAnswer, Mark } from '../api/client'
import { type DeclaredField, valueTitle } from '../api/register'
import { useRoles } from '../frame/frame'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'
import type { Loan } from './loan'
import { Pieces } from './pieces'

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/

/** A value in the words of the language: an allowed value by its title, a time as a time, all else as it is. */
export function useWords(): (field: DeclaredField, value: string) => string {
  const { pick, texts } = useAppearance()
  return (field, value) => {
    const title = valueTitle(field, value)
    if (title) return pick(title)
    if (field.kind === 'time' && TIME.test(value)) {
      // Without a zone it is the time on the spot; the day alone must not slip to the one before.
      const timed = value.includes('T')
      const at = new Date(timed ? value : `${value}T00:00`)
      const shape: Intl.DateTimeFormatOptions = { dateStyle: 'medium', ...(timed && { timeStyle: 'short' }) }
      return new Intl.DateTimeFormat(texts.languageTag, shape).format(at)
    }
    return value
  }
}

/** What was answered for one record, in its form. */
export function Shown({ form, value, field }: { form: string; value: string | undefined; field: DeclaredField }) {
  const { texts } = useAppearance()
  const words = useWords()
  if (form === 'withheld') return <Withheld />
  if (value === undefined) return <span className="none">{texts.record.empty}</span>
  if (form === 'clear') return <span className="plain">{words(field, value)}</span>
  return (
    <span className="masked" title={texts.forms[form] ?? form}>
      {words(field, value)}
      {form !== 'masked' && <span className="note form-note">{texts.forms[form] ?? form}</span>}
    </span>
  )
}

export function Withheld() {
  const { texts } = useAppearance()
  return (
    <span className="withheld">
      <StopOutlined aria-hidden /> {texts.record.withheld}
    </span>
  )
}

/** The value of a record among those answered. */
export const valueOf = (one: FieldAnswer, record: string | null): string | undefined =>
  one.values?.find((value) => value.record === record)?.value

/** The clear value: the one amber box of the page, marked with who looks, neither selected nor copied. */
export function Lent({ loan, record, field }: { loan: Loan; record: string; field: DeclaredField }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const roles = useRoles()
  const words = useWords()
  const lent = loan.values.get(record)
  if (!lent) return null
  const since = new Intl.DateTimeFormat(texts.languageTag, {
    month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false,
  }).format(loan.until - loan.seconds * 1000)
  const mark = `${roles} · ${since} · ${me.actor.slice(-6)}`
  const wide = field.kind === 'free_text'
  return (
    <>
      <span
        className={wide ? 'lent lent-wide' : 'lent'}
        onCopy={(event) => event.preventDefault()}
        onCut={(event) => event.preventDefault()}
        onDragStart={(event) => event.preventDefault()}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span className="lent-value">
          {lent.pieces?.length ? (
            <Pieces text={lent.value} pieces={lent.pieces} answers={[]} onReveal={null} />
          ) : lent.marks.length > 0 ? (
            <Marked text={lent.value} marks={lent.marks} />
          ) : (
            words(field, lent.value)
          )}
        </span>
        <span className="watermark" aria-hidden>
          {mark}
        </span>
      </span>
      {wide && !lent.pieces?.length && <span className="note lent-note">{texts.dossier.marked}</span>}
    </>
  )
}

/** A text in which the identifiers that the server found are marked, each with what it is. */
function Marked({ text, marks }: { text: string; marks: readonly Mark[] }) {
  const { texts } = useAppearance()
  // The server counts characters; a string of JavaScript counts half of some.
  const letters = [...text]
  const parts: ReactNode[] = []
  let at = 0
  for (const { start, end, kind } of marks) {
    parts.push(letters.slice(at, start).join(''))
    parts.push(
      <mark key={start}>
        {letters.slice(start, end).join('')}
        <small>{texts.dossier.kinds[kind] ?? kind}</small>
      </mark>,
    )
    at = end
  }
  parts.push(letters.slice(at).join(''))
  return <>{parts}</>
}

/** How closely a field is held, in one word. */
export function Level({ declared }: { declared: DeclaredField }) {
  const { texts } = useAppearance()
  const word = texts.record.levels[declared.level] ?? texts.record.level(declared.level)
  // What says nothing about a person is not sensitive, whatever its level.
  if (!['none', 'ordinary'].includes(declared.sensitivity)) return <Tag color="error">{texts.record.sensitive}</Tag>
  return declared.level >= 3 ? <Tag color="warning">{word}</Tag> : <Tag>{word}</Tag>
}
