// A file comes in: dropped, or chosen by the button, which serves the keyboard as well.
import { InboxOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type DragEvent, useRef } from 'react'
import './drop.css'

interface Props {
  title: string
  note: string
  /** What the button says. */
  pick: string
  /** Endings and types of files, as the input takes them. */
  accept: string
  busy: boolean
  /** Beside other things, and not what the screen is for. */
  compact?: boolean
  onFile: (file: File) => void
}

export function DropFile({ title, note, pick, accept, busy, compact = false, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const take = (file: File | undefined) => {
    if (file) onFile(file)
  }
  return (
    <div
      className={compact ? 'drop drop-compact' : 'drop'}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event: DragEvent) => {
        event.preventDefault()
        take(event.dataTransfer.files[0])
      }}
    >
      <InboxOutlined className="drop-icon" aria-hidden />
      <div className="drop-words">
        <strong>{title}</strong>
        <div className="note">{note}</div>
      </div>
      <Button type={compact ? 'default' : 'primary'} loading={busy} onClick={() => input.current?.click()}>
        {pick}
      </Button>
      <input
        ref={input}
        type="file"
        className="sr-only"
        tabIndex={-1}
        accept={accept}
        aria-label={pick}
        onChange={(event) => {
          take(event.target.files?.[0])
          // The same file chosen again is a choice as well.
          event.target.value = ''
        }}
      />
    </div>
  )
}
