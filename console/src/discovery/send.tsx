// A scan comes in: dropped or chosen. Its file has places, kinds and counts only; it is read here and sent as it is.
import { InboxOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useDoing } from '../shared/doing'
import { EntryLink } from '../shared/entry-link'
import { ProblemNote } from '../shared/problem'
import { useDiscovering } from '../texts/discovering'

const MOST_BYTES = 8 * 1024 * 1024

type Wrong = 'notJson' | 'tooLarge'

export function SendScan({ onTaken }: { onTaken?: (source: string) => void }) {
  const t = useDiscovering()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const { busy, error, run, clear } = useDoing()
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const [taken, setTaken] = useState<Schemas['DiscoveryReceived'] | null>(null)

  async function send(file: File | undefined) {
    if (!file) return
    clear()
    setTaken(null)
    setWrong(null)
    const scan = await scanOf(file)
    if (typeof scan === 'string') {
      setWrong(scan)
      return
    }
    const received = await run(() => answer(api.POST('/api/v1/discoveries', { body: scan })))
    if (!received) return
    setTaken(received)
    await queries.invalidateQueries({ queryKey: ['discoveries'] })
    onTaken?.(scan.source.name)
  }
  return (
    <div className="stack">
      <div
        className="disc-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event: DragEvent) => {
          event.preventDefault()
          void send(event.dataTransfer.files[0])
        }}
      >
        <InboxOutlined className="disc-drop-icon" aria-hidden />
        <div className="disc-drop-words">
          <strong>{t.drop}</strong>
          <div className="note">{t.dropNote}</div>
        </div>
        <Button loading={busy} onClick={() => input.current?.click()}>
          {t.pick}
        </Button>
        <input
          ref={input}
          type="file"
          className="sr-only"
          tabIndex={-1}
          accept=".json,application/json"
          aria-label={t.pick}
          onChange={(event) => {
            void send(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </div>
      {wrong && <Alert type="error" showIcon role="alert" title={t[wrong]} />}
      {error !== null && <ProblemNote error={error} />}
      {taken && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={taken.repeated ? t.repeated : t.received(taken.raised, taken.raised_again, taken.gone)}
          description={<EntryLink entry={taken.entry} />}
        />
      )}
    </div>
  )
}

/** The scan that a file holds. Whether it fits is for the server; what cannot be one is not sent at all. */
async function scanOf(file: File): Promise<Schemas['DiscoveryScan'] | Wrong> {
  if (file.size > MOST_BYTES) return 'tooLarge'
  try {
    const scan = JSON.parse(await file.text()) as Partial<Schemas['DiscoveryScan']> | null
    return scan && Array.isArray(scan.places) && scan.source ? (scan as Schemas['DiscoveryScan']) : 'notJson'
  } catch {
    return 'notJson'
  }
}
