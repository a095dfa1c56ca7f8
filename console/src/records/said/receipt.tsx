// The receipt of something that was said: what it holds, as files, as a page to print, and how to check it.
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Modal, Skeleton } from 'antd'
import { answer, api, isProblem } from '../../api/client'
import type { Purpose } from '../../api/register'
import { Command } from '../../ledger/export'
import { useDoing } from '../../shared/doing'
import { EntryLink } from '../../shared/entry-link'
import { Facts } from '../../shared/facts'
import { ProblemNote } from '../../shared/problem'
import { save } from '../../shared/save'
import { useAppearance } from '../../texts'
import { NoticeLink } from './notice'
import { useSaid } from './texts'
import type { Event } from './words'

interface Props {
  event: Event
  subject: string
  purpose: Purpose
}

export function ReceiptDialog({ event, onClose, ...props }: Omit<Props, 'event'> & { event: Event | null; onClose: () => void }) {
  const t = useSaid()
  return (
    <Modal
      open={event !== null}
      title={event && t.receipt.of(event.epoch)}
      footer={null}
      width={640}
      destroyOnHidden
      onCancel={onClose}
    >
      {event && <Receipt {...props} event={event} />}
    </Modal>
  )
}

/** As it came: read and written anew its members would stand in another order, and its signature would not fit. */
const fetched = (subject: string, epoch: number, form: 'iso27560' | 'kantara') =>
  answer(
    api.GET('/api/v1/subjects/{subject}/consents/events/{epoch}/receipt', {
      params: { path: { subject, epoch }, query: { form } },
      parseAs: 'text',
    }),
  ) as Promise<unknown> as Promise<string>

/** What of a receipt is read to people here. */
interface Shape {
  receipt_metadata?: { receipt_id?: string }
  party_identification?: { party_name?: string }[]
  pii_processing?: { privacy_notice_hash?: string | null }
  shouxin?: { last_allowed?: { index: number } | null; first_denied?: { index: number } | null }
}

function Receipt({ event, subject, purpose }: Props) {
  const { moment, pick } = useAppearance()
  const t = useSaid()
  const { busy, error, run } = useDoing()
  const file = useQuery({
    queryKey: ['said', subject, 'receipt', event.epoch],
    queryFn: () => fetched(subject, event.epoch, 'iso27560'),
    gcTime: 0,
    retry: false,
  })
  if (file.isPending) return <Skeleton active paragraph={{ rows: 6 }} title={false} />
  if (file.isError) {
    return (
      <div className="stack-s">
        {isProblem(file.error, 'not-found') && <p className="note">{t.receipt.later}</p>}
        <ProblemNote error={file.error} onRetry={() => void file.refetch()} />
      </div>
    )
  }
  const held = JSON.parse(file.data) as Shape
  const name = `receipt-${event.epoch}.json`
  const put = (text: string, as: string) => save(new Blob([text], { type: 'application/json' }), as)
  const kantara = () =>
    run(async () => put(await fetched(subject, event.epoch, 'kantara'), `receipt-${event.epoch}-kantara.json`))
  const keys = () =>
    run(async () => {
      const { keys } = await answer(api.GET('/api/v1/ledger/keys'))
      save(`${keys.join('\n')}\n`, 'ledger.keys')
    })
  const ends = event.state === 'withdrawn' || event.state === 'refused'
  const look = (found: { index: number } | null | undefined) =>
    found ? <EntryLink entry={found.index} /> : t.receipt.none
  return (
    <div className="stack said-receipt">
      <p className="note">{t.receipt.lead}</p>
      {error !== null && <ProblemNote error={error} />}
      <Facts
        rows={[
          [t.receipt.id, <code key="id" className="said-code">{held.receipt_metadata?.receipt_id}</code>],
          [t.receipt.controller, held.party_identification?.[0]?.party_name],
          [t.receipt.purpose, pick(purpose.title)],
          [t.receipt.said, [t.states[event.state] ?? event.state, event.state === 'given' && t.forms[event.form]].filter(Boolean).join(' · ')],
          [t.receipt.at, moment(event.collected_at)],
          [t.receipt.shown, <NoticeLink key="shown" shown={event.notice ?? null} />],
          [
            t.receipt.hash,
            held.pii_processing?.privacy_notice_hash && (
              <code className="said-code">{held.pii_processing.privacy_notice_hash}</code>
            ),
          ],
          [t.receipt.entry, <EntryLink key="entry" entry={event.entry} />],
          [t.receipt.allowed, ends ? look(held.shouxin?.last_allowed) : null],
          [t.receipt.denied, ends ? look(held.shouxin?.first_denied) : null],
        ]}
      />
      <div className="said-tools">
        <Button type="primary" icon={<DownloadOutlined aria-hidden />} onClick={() => put(file.data, name)}>
          {t.receipt.iso}
        </Button>
        <Button icon={<DownloadOutlined aria-hidden />} loading={busy} onClick={() => void kantara()}>
          {t.receipt.kantara}
        </Button>
        <Button
          icon={<PrinterOutlined aria-hidden />}
          href={`/api/v1/subjects/${subject}/consents/events/${event.epoch}/receipt?form=page`}
          target="_blank"
          rel="noopener"
        >
          {t.receipt.page}
        </Button>
      </div>
      <h3>{t.receipt.check}</h3>
      <p className="note">{t.receipt.checkNote}</p>
      <Command text={`shouxin-verify receipt ${name} --key ledger.keys`} />
      <div>
        <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => void keys()}>
          {t.receipt.keys}
        </Button>
      </div>
    </div>
  )
}
