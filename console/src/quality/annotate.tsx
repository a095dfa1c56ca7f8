// Marking a text: select a stretch, press the key of its kind. The text is a read-only field, so that mouse, touch,
// keyboard and screen reader select in it as anywhere.
import { CloseOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { Schemas } from '../api/client'
import { useQualifying } from '../texts/qualifying'
import { KINDS, piecesOf, type Span, withMark, withoutMark } from './marks'

interface Props {
  text: Schemas['QualityText']
  busy: boolean
  onSubmit: (spans: Span[]) => void
}

export function Annotate({ text, busy, onSubmit }: Props) {
  const t = useQualifying()
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [spans, setSpans] = useState<Span[]>([])
  const [wrong, setWrong] = useState<'selectFirst' | 'overlaps' | null>(null)
  const { words } = text
  useEffect(() => field.current?.focus(), [])

  function mark(kind: string) {
    const { selectionStart: from = 0, selectionEnd: to = 0 } = field.current ?? {}
    const more = withMark(words, spans, from, to, kind)
    setWrong(more ? null : words.slice(from, to).trim() === '' ? 'selectFirst' : 'overlaps')
    if (more) setSpans(more)
    field.current?.focus()
  }
  function pressed(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      if (!busy) onSubmit(spans)
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = moved(words, event.currentTarget, event.key)
    if (next !== null) {
      event.preventDefault()
      select(event.currentTarget, next, event.shiftKey)
      return
    }
    if (event.key === 'Delete' || event.key === 'Backspace') {
      setSpans(withoutMark(words, spans, event.currentTarget.selectionStart))
      return
    }
    const kind = KINDS.find(([, key]) => key === event.key.toLowerCase())
    if (!kind) return
    event.preventDefault()
    mark(kind[0])
  }
  return (
    <div className="stack">
      {text.marks.length > 0 && (
        <div className="quality-sides">
          {text.marks.map((marks, at) => (
            <section key={at === 0 ? 'one' : 'other'}>
              <h3>{t.sides[at === 0 ? 0 : 1]}</h3>
              <Marked words={words} spans={marks} />
              <Button size="small" onClick={() => setSpans([...marks])}>
                {t.take}
              </Button>
            </section>
          ))}
        </div>
      )}
      <label htmlFor={id}>{t.words}</label>
      <textarea
        id={id}
        ref={field}
        className="quality-words"
        readOnly
        rows={Math.min(14, Math.max(3, Math.ceil(words.length / 48)))}
        value={words}
        aria-describedby={`${id}-how`}
        spellCheck={false}
        onKeyDown={pressed}
        onCopy={(event) => event.preventDefault()}
        onCut={(event) => event.preventDefault()}
        onDragStart={(event) => event.preventDefault()}
      />
      <p id={`${id}-how`} className="note">
        {t.how} · {t.watermark}
      </p>
      <div className="quality-kinds" role="group" aria-label={t.kindsLabel}>
        {KINDS.map(([kind, key]) => (
          // The selection must outlive the press.
          <Button key={kind} size="small" onMouseDown={(event) => event.preventDefault()} onClick={() => mark(kind)}>
            {t.kinds[kind] ?? kind} <kbd>{key}</kbd>
          </Button>
        ))}
      </div>
      {wrong && <Alert type="warning" showIcon role="alert" title={t[wrong]} />}
      <section>
        <h3>{t.marked}</h3>
        {spans.length === 0 ? (
          <p className="note">{t.nothingMarked}</p>
        ) : (
          <>
            <Marked words={words} spans={spans} />
            <ul className="quality-list">
              {spans.map((span) => (
                <li key={span.start}>
                  <span className="chip chip-warm">{t.kinds[span.kind] ?? span.kind}</span>
                  <Button
                    type="text"
                    size="small"
                    icon={<CloseOutlined aria-hidden />}
                    aria-label={t.remove(t.kinds[span.kind] ?? span.kind)}
                    onClick={() => setSpans(spans.filter((one) => one !== span))}
                  />
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <div className="acts">
        <Button type="primary" loading={busy} onClick={() => onSubmit(spans)}>
          {t.submit}
        </Button>
      </div>
    </div>
  )
}

/** Where the end of the selection that moves stands. */
const movingEnd = ({ selectionStart, selectionEnd, selectionDirection }: HTMLTextAreaElement) =>
  selectionDirection === 'backward' ? selectionStart : selectionEnd

/** Where a key takes it, a whole character at a time: browsers move no caret in a read-only field. */
function moved(words: string, field: HTMLTextAreaElement, key: string): number | null {
  const at = movingEnd(field)
  if (key === 'ArrowRight') return at + (Array.from(words.slice(at, at + 2))[0]?.length ?? 0)
  if (key === 'ArrowLeft') return at - (Array.from(words.slice(Math.max(0, at - 2), at)).at(-1)?.length ?? 0)
  if (key === 'Home') return 0
  if (key === 'End') return words.length
  return null
}

function select(field: HTMLTextAreaElement, next: number, extend: boolean) {
  const { selectionStart, selectionEnd } = field
  const fixed = movingEnd(field) === selectionEnd ? selectionStart : selectionEnd
  const from = extend ? fixed : next
  field.setSelectionRange(Math.min(from, next), Math.max(from, next), next < from ? 'backward' : 'forward')
}

function Marked({ words, spans }: { words: string; spans: readonly Span[] }) {
  const t = useQualifying()
  return (
    <p className="quality-marked">
      {piecesOf(words, spans).map(({ text, kind, start }) =>
        kind === null ? (
          <span key={start}>{text}</span>
        ) : (
          <mark key={start}>
            {text}
            <small>{t.kinds[kind] ?? kind}</small>
          </mark>
        ),
      )}
    </p>
  )
}
