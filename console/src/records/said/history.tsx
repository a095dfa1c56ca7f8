// All that was said about a purpose and what became of it, newest first: each with its entry, evidence and receipt.
import {
  CheckOutlined,
  CloseOutlined,
  FieldTimeOutlined,
  FileTextOutlined,
  MinusCircleOutlined,
  PaperClipOutlined,
  UndoOutlined,
} from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Empty, Skeleton } from 'antd'
import { type ReactNode, useState } from 'react'
import { answer, api } from '../../api/client'
import type { Purpose, Register } from '../../api/register'
import { may } from '../../session/may'
import { useSession } from '../../session/session'
import { EntryLink } from '../../shared/entry-link'
import { Facts } from '../../shared/facts'
import { ProblemNote } from '../../shared/problem'
import { useAppearance } from '../../texts'
import { Proof } from '../acts'
import { EvidenceDialog } from './evidence'
import { PartTitle } from './more'
import { NoticeLink } from './notice'
import { ReceiptDialog } from './receipt'
import { useSaid } from './texts'
import type { Event, Tone } from './words'

interface Props {
  subject: string
  register: Register
  purpose: Purpose
}

export function HistoryDrawer({ onClose, ...props }: Props & { onClose: () => void }) {
  const { pick } = useAppearance()
  const t = useSaid()
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      destroyOnHidden
      title={<span className="said-title">{t.history.title(pick(props.purpose.title))}</span>}
    >
      <Events {...props} />
    </Drawer>
  )
}

function Events({ subject, register, purpose }: Props) {
  const t = useSaid()
  const [receipt, setReceipt] = useState<Event | null>(null)
  const [evidence, setEvidence] = useState<Event | null>(null)
  const events = useQuery({
    queryKey: ['said', subject, 'events'],
    queryFn: () => answer(api.GET('/api/v1/subjects/{subject}/consents/events', { params: { path: { subject } } })),
    gcTime: 0,
    retry: false,
  })
  if (events.isPending) return <Skeleton active paragraph={{ rows: 8 }} title={false} />
  if (events.isError) return <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
  const told = events.data.events.filter((one) => one.purpose === purpose.name).reverse()
  if (told.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.history.empty} />
  return (
    <div className="stack">
      <p className="note">{t.history.lead}</p>
      <ol className="timeline said-events" aria-label={t.history.button}>
        {told.map((one) => (
          <Told key={one.epoch} one={one} register={register} onReceipt={setReceipt} onEvidence={setEvidence} />
        ))}
      </ol>
      <ReceiptDialog event={receipt} subject={subject} purpose={purpose} onClose={() => setReceipt(null)} />
      <EvidenceDialog event={evidence} subject={subject} onClose={() => setEvidence(null)} />
    </div>
  )
}

interface ToldProps {
  one: Event
  register: Register
  onReceipt: (one: Event) => void
  onEvidence: (one: Event) => void
}

function Told({ one, register, onReceipt, onEvidence }: ToldProps) {
  const { moment } = useAppearance()
  const { me } = useSession()
  const t = useSaid()
  const mayOpen = may(me, 'POST', '/api/v1/subjects/{subject}/evidence/{evidence}/reads')
  const late = Date.parse(one.received_at) - Date.parse(one.collected_at) > 60_000
  const [tone, icon] = SIGNS[one.state] ?? ['muted', <MinusCircleOutlined key="sign" aria-hidden />]
  return (
    <li data-epoch={one.epoch}>
      <span className={`act-sign said-ink-${tone}`}>{icon}</span>
      <div>
        <strong>{t.states[one.state] ?? one.state}</strong>{' '}
        <span className="note">
          <PartTitle register={register} part={one.part ?? null} />
          {' · '}
          {one.channel == null ? t.everyWay : (t.channels[one.channel] ?? one.channel)}
        </span>
      </div>
      <div className="note">
        {moment(one.collected_at)}
        {' · '}
        {one.through === 'system' ? t.history.became : t.collected(t.through[one.through] ?? one.through, one.place ?? null)}
      </div>
      <Facts
        rows={[
          [t.labels.form, one.state === 'given' ? (t.forms[one.form] ?? one.form) : null],
          [t.labels.shown, one.through === 'system' ? null : <NoticeLink shown={one.notice ?? null} />],
          [t.labels.received, late ? moment(one.received_at) : null],
          [t.labels.by, one.through === 'system' ? null : t.bys[one.by]],
          [t.labels.time, one.expires_at ? t.until(moment(one.expires_at)) : null],
          [t.labels.only, one.case ? t.oneCase(one.case.slice(-6)) : null],
          [t.labels.grade, t.grades[one.grade] ?? one.grade],
          [t.labels.digest, <code key="digest" className="said-code">{one.digest}</code>],
          [
            t.labels.evidence,
            one.evidence_hash && <code className="said-code">{`SHA-256 ${one.evidence_hash}`}</code>,
          ],
        ]}
      />
      <div className="act-foot">
        <EntryLink entry={one.entry} />
        <Proof index={one.entry} />
        <Button size="small" icon={<FileTextOutlined aria-hidden />} onClick={() => onReceipt(one)}>
          {t.receipt.button}
        </Button>
        {one.evidence != null && mayOpen && (
          <Button size="small" icon={<PaperClipOutlined aria-hidden />} onClick={() => onEvidence(one)}>
            {t.evidence.open}
          </Button>
        )}
      </div>
    </li>
  )
}

const SIGNS: Record<string, readonly [Tone, ReactNode]> = {
  given: ['ok', <CheckOutlined key="given" aria-hidden />],
  refused: ['hot', <CloseOutlined key="refused" aria-hidden />],
  withdrawn: ['hot', <UndoOutlined key="withdrawn" aria-hidden />],
  expired: ['warm', <FieldTimeOutlined key="expired" aria-hidden />],
  spent: ['muted', <MinusCircleOutlined key="spent" aria-hidden />],
}
