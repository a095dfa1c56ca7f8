// Where somebody is signed in.
import { Button, Tag } from 'antd'
import type { Schemas } from '../api/client'
import { useAppearance } from '../texts'
import { type Column, Table } from './table'

type Entry = Schemas['SessionEntry']

interface Props {
  sessions: readonly Entry[]
  loading: boolean
  /** Ends one of them; the caller's own present one is left alone. */
  onEnd?: (session: string) => void
  /** Fewer columns, for a narrow place. */
  compact?: boolean
}

export function SessionTable({ sessions, loading, onEnd, compact }: Props) {
  const { texts, moment } = useAppearance()
  const t = texts.account
  const columns: Column<Entry>[] = [
    {
      key: 'agent',
      title: t.agent,
      show: (one) => (
        <>
          {one.agent} {one.current && <Tag color="success">{t.current}</Tag>}
          {one.state === 'enrolling' && <Tag color="warning">{texts.people.account.enrolling}</Tag>}
          <div className="note">
            {one.address} · {t.opened} {moment(one.created_at)}
          </div>
        </>
      ),
    },
    { key: 'used', title: t.used, show: (one) => moment(one.seen_at) },
  ]
  if (!compact) {
    columns.push({ key: 'until', title: t.until, wide: true, show: (one) => moment(one.expires_at) })
  }
  if (onEnd) {
    columns.push({
      key: 'act',
      title: <span className="sr-only">{t.end}</span>,
      end: true,
      show: (one) =>
        !one.current && (
          <Button size="small" onClick={() => onEnd(one.session)}>
            {t.end}
          </Button>
        ),
    })
  }
  return (
    <Table<Entry>
      label={t.sessions}
      empty={texts.people.staff.noSessions}
      keyOf={(one) => one.session}
      loading={loading}
      rows={sessions}
      columns={columns}
    />
  )
}
