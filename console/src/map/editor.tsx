// A text with line numbers. What a finding names can be jumped to.
import { type Ref, useImperativeHandle, useRef } from 'react'

export interface EditorHandle {
  /** Puts the cursor at the beginning of a line, counted from 1, and shows it. */
  goTo: (line: number) => void
}

interface Props {
  ref: Ref<EditorHandle>
  label: string
  value: string
  /** Lines with a finding. */
  marked: ReadonlySet<number>
  onChange: (text: string) => void
}

const LINE = 20

export function Editor({ ref, label, value, marked, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLDivElement>(null)
  const lines = value.split('\n')
  useImperativeHandle(ref, () => ({
    goTo: (line) => {
      const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
      area.current?.focus()
      area.current?.setSelectionRange(at, at + (lines[line - 1]?.length ?? 0))
      area.current?.scrollTo({ top: (line - 4) * LINE })
    },
  }))
  return (
    <div className="map-editor">
      <div ref={gutter} className="map-gutter" aria-hidden>
        {lines.map((_, at) => (
          // A line is its number.
          <span key={at} data-marked={marked.has(at + 1) || undefined}>
            {at + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={label}
        value={value}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => gutter.current?.scrollTo({ top: event.currentTarget.scrollTop })}
      />
    </div>
  )
}
