// A signed form or a recording: opened for a purpose, as a look. A picture is lent like a clear value; what the page
// cannot show goes to the person as a file.
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client'
import { usePurpose } from '../../frame/purpose'
import { useDoing } from '../../shared/doing'
import { Facts } from '../../shared/facts'
import { ProblemNote } from '../../shared/problem'
import { save } from '../../shared/save'
import { useAppearance } from '../../texts'
import { useLoan } from '../loan'
import { useSaid } from './texts'
import type { Event } from './words'

interface Props {
  event: Event | null
  subject: string
  onClose: () => void
}

export function EvidenceDialog({ event, subject, onClose }: Props) {
  const t = useSaid()
  return (
    <Modal open={event !== null} title={t.evidence.title} footer={null} width={640} destroyOnHidden onCancel={onClose}>
      {event && <Ask event={event} subject={subject} onClose={onClose} />}
    </Modal>
  )
}

function Ask({ event, subject, onClose }: Props & { event: Event }) {
  const { texts, pick } = useAppearance()
  const { purpose } = usePurpose()
  const t = useSaid()
  const { busy, error, run } = useDoing()
  const { loan, secondsLeft, lend } = useLoan()
  const [kind, setKind] = useState<string | null>(null)
  const picture = loan?.values.get('picture')?.value

  const open = () =>
    run(async () => {
      const file = (await answer(
        api.POST('/api/v1/subjects/{subject}/evidence/{evidence}/reads', {
          params: { path: { subject, evidence: event.evidence ?? '' } },
          body: { purpose: purpose?.name ?? '' },
          parseAs: 'blob',
        }),
      )) as unknown as Blob
      setKind(file.type)
      // Whoever went elsewhere while the server worked sees nothing lent.
      if (document.hidden) return
      if (!file.type.startsWith('image/')) return save(file, `evidence-${event.epoch}.${ENDS[file.type] ?? 'bin'}`)
      lend('evidence', new Map([['picture', { value: await addressOf(file), marks: [] }]]))
    })
  return (
    <div className="stack">
      <p className="note">{t.evidence.lead(purpose ? pick(purpose.title) : '')}</p>
      {error !== null && <ProblemNote error={error} />}
      <Facts
        rows={[
          [t.evidence.sha, <code key="sha" className="said-code">{event.evidence_hash}</code>],
          [t.evidence.kind, kind && (t.evidence.kinds[kind] ?? kind)],
        ]}
      />
      {picture && (
        <figure className="said-picture">
          <img src={picture} alt={t.evidence.image} draggable={false} />
          <figcaption className="countdown">{t.evidence.seconds(secondsLeft)}</figcaption>
        </figure>
      )}
      {kind !== null && !kind.startsWith('image/') && <p role="status">{t.evidence.saved}</p>}
      <div className="dialog-foot">
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button type="primary" loading={busy} disabled={!purpose} onClick={() => void open()}>
          {t.evidence.do}
        </Button>
      </div>
    </div>
  )
}

/** The picture as an address: the policy of the page allows no other way to show it. */
function addressOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

const ENDS: Record<string, string> = {
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
}
