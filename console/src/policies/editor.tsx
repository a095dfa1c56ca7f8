// A policy text with line numbers and colours, that can be typed into. What is seen is plain elements under a
// text area whose own letters are not painted: nothing that is typed becomes markup.
import { memo, type Ref, useImperativeHandle, useRef } from 'react'
import { useAppearance } from '../texts'
import { tokensOf } from './tokens'

export interface Mark {
  line: number
  kind: 'wrong' | 'right'
}

export interface EditorHandle {
  /** Puts the caret onto a line and shows it. */
  toLine: (line: number) => void
}

interface Props {
  value: string
  label: string
  readOnly?: boolean
  marks?: readonly Mark[]
  handle?: Ref<EditorHandle>
  onChange?: (value: string) => void
  onSubmit?: () => void
}

const NONE: readonly Mark[] = []

export function Editor({ value, label, readOnly, marks = NONE, handle, onChange, onSubmit }: Props) {
  const { texts } = useAppearance()
  const area = useRef<HTMLTextAreaElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  useImperativeHandle(handle, () => ({
    toLine(line) {
      const before = value.split('\n').slice(0, line - 1).join('\n').length
      const at = line === 1 ? 0 : before + 1
      area.current?.focus()
      area.current?.setSelectionRange(at, at + (value.split('\n')[line - 1]?.length ?? 0))
      frame.current?.scrollTo({ top: Math.max(0, (line - 6) * LINE_HEIGHT) })
    },
  }))
  return (
    <div className="code" ref={frame}>
      <Painted value={value} marks={marks} />
      <textarea
        ref={area}
        className="code-area"
        value={value}
        aria-label={label}
        aria-description={texts.policies.editorHint}
        readOnly={readOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        onChange={(event) => onChange?.(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit?.()
        }}
      />
    </div>
  )
}

/** The coloured lines; those that something was found on are marked by colour, sign and title. */
const Painted = memo(function Painted({ value, marks }: { value: string; marks: readonly Mark[] }) {
  const lines = value.split('\n')
  return (
    <div className="code-lines" aria-hidden>
      {lines.map((line, at) => (
        <PaintedLine key={at} line={line} number={at + 1} kind={marks.find((one) => one.line === at + 1)?.kind} />
      ))}
    </div>
  )
})

const PaintedLine = memo(function PaintedLine(props: { line: string; number: number; kind: Mark['kind'] | undefined }) {
  const { line, number, kind } = props
  return (
    <div className={kind ? `code-line code-${kind}` : 'code-line'}>
      <span className="code-number">
        {kind === 'wrong' ? '✕ ' : kind === 'right' ? '✓ ' : ''}
        {number}
      </span>
      <span className="code-text">
        {tokensOf(line).map(({ sort, text }, nth) =>
          sort === 'plain' ? (
            text
          ) : (
            <span key={nth} className={`code-${sort}`}>
              {text}
            </span>
          ),
        )}
        {'\n'}
      </span>
    </div>
  )
})

/** As in policies.css. */
const LINE_HEIGHT = 20
