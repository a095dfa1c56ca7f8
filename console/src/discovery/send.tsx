// A scan comes in: dropped or chosen. Its file has places, kinds and counts only; it is read here and sent as it is.
import { useQueryClient } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useDoing } from '../shared/doing'
import { DropFile } from '../shared/drop'
import { EntryLink } from '../shared/entry-link'
import { ProblemNote } from '../shared/problem'
import { useDiscovering } from '../texts/discovering'

const MOST_BYTES = 8 * 1024 * 1024

type Wrong = 'notJson' | 'tooLarge'

export type Received = Schemas['DiscoveryReceived']

interface SendScanProps {
  /** What the server said of the last one; the screen keeps it, which changes with the first scan. */
  taken: Received | null
  onTaken: (taken: Received | null, source?: string) => void
}

export function SendScan({ taken, onTaken }: SendScanProps) {
  const t = useDiscovering()
  const queries = useQueryClient()
  const { busy, error, run, clear } = useDoing()
  const [wrong, setWrong] = useState<Wrong | null>(null)

  async function send(file: File) {
    clear()
    onTaken(null)
    setWrong(null)
    const scan = await scanOf(file)
    if (typeof scan === 'string') {
      setWrong(scan)
      return
    }
    const received = await run(() => answer(api.POST('/api/v1/discoveries', { body: scan })))
    if (!received) return
    await queries.invalidateQueries({ queryKey: ['discoveries'] })
    onTaken(received, scan.source.name)
  }
  return (
    <div className="stack">
      <DropFile
        compact
        title={t.drop}
        note={t.dropNote}
        pick={t.pick}
        accept=".json,application/json"
        busy={busy}
        onFile={(file) => void send(file)}
      />
      {wrong && <Alert type="error" showIcon role="alert" title={t[wrong]} />}
      {error !== null && <ProblemNote error={error} />}
      {taken && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={taken.repeated ? t.repeated : t.received(taken.raised, taken.raised_again, taken.gone)}
          description={
            <>
              {taken.unread > 0 && <div>{t.unreadTaken(taken.unread)}</div>}
              <EntryLink entry={taken.entry} />
            </>
          }
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
