// A text with line numbers and colours, that can be typed into: policies, notices. What is seen is plain elements under a
// text area whose own letters are not painted: nothing that is typed becomes markup.
import { memo, type Ref, useImperativeHandle, useRef } from 'react'
import { useAppearance } from '../texts'
import { type Rules, tokensOf } from './tokens'
import './editor.css'

export interface Mark {
  line: number
  kind: 'wrong' | 'right'
}

export interface EditorHandle {
  /** Chooses a line, or sets the caret at a column of it, and shows it; both from 1. */
  toLine: (line: number, column?: number) => void
}

interface Props {
  value: string
  label: string
  readOnly?: boolean
  marks?: readonly Mark[]
  /** Of another text than policies. */
  rules?: Rules
  /** Long lines go on below instead of beyond the edge. */
  wrap?: boolean
  handle?: Ref<EditorHandle>
  onChange?: (value: string) => void
  onSubmit?: () => void
}

const NONE: readonly Mark[] = []

export function Editor(props: Props) {
  const { value, label, readOnly, marks = NONE, rules, wrap, handle, onChange, onSubmit } = props
  const { texts } = useAppearance()
  const area = useRef<HTMLTextAreaElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  useImperativeHandle(handle, () => ({
    toLine(line, column) {
      const lines = value.split('\n')
      const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
      const long = lines[line - 1]?.length ?? 0
      const caret = column === undefined ? null : at + codeUnits(lines[line - 1] ?? '', column - 1)
      area.current?.focus({ preventScroll: true })
      area.current?.setSelectionRange(caret ?? at, caret ?? at + long)
      const painted = frame.current?.querySelectorAll<HTMLElement>('.code-line')[line - 1]
      frame.current?.scrollTo({ top: Math.max(0, (painted?.offsetTop ?? 0) - ABOVE) })
      frame.current?.scrollIntoView({ block: 'nearest' })
    },
  }))
  return (
    <div className={wrap ? 'code code-wrap' : 'code'} ref={frame}>
      <Painted value={value} marks={marks} rules={rules} />
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
        wrap={wrap ? 'soft' : 'off'}
        onChange={(event) => onChange?.(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit?.()
        }}
      />
    </div>
  )
}

/** The coloured lines; those that something was found on are marked by colour, sign and title. */
interface PaintedProps {
  value: string
  marks: readonly Mark[]
  rules: Rules | undefined
}

const Painted = memo(function Painted({ value, marks, rules }: PaintedProps) {
  const lines = value.split('\n')
  return (
    <div className="code-lines" aria-hidden>
      {lines.map((line, at) => (
        <PaintedLine key={at} line={line} number={at + 1} rules={rules} kind={marks.find((one) => one.line === at + 1)?.kind} />
      ))}
    </div>
  )
})

interface LineProps {
  line: string
  number: number
  kind: Mark['kind'] | undefined
  rules: Rules | undefined
}

const PaintedLine = memo(function PaintedLine({ line, number, kind, rules }: LineProps) {
  return (
    <div className={kind ? `code-line code-${kind}` : 'code-line'}>
      <span className="code-number">
        {kind === 'wrong' ? '✕ ' : kind === 'right' ? '✓ ' : ''}
        {number}
      </span>
      <span className="code-text">
        {tokensOf(line, rules).map(({ sort, text }, nth) =>
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

/** How much of what stands before a line is shown with it, in pixels. */
const ABOVE = 100

/** How many units of the text its first so many characters are. */
const codeUnits = (line: string, characters: number) => [...line].slice(0, characters).join('').length
