// Access for a time: what runs now, how long it still does, and how it is ended.
import { StopOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Switch, Tag } from 'antd'
import { useMemo, useState } from 'react'
import { answer, api } from '../api/client'
import { Colleagues, Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { Due, State } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import type { Grant } from './items'
import { useTitles } from './titles'

export function Grants() {
  const { texts, moment } = useAppearance()
  const queries = useQueryClient()
  const titles = useTitles()
  const [all, setAll] = useState(false)
  const [ending, setEnding] = useState<Grant | null>(null)
  const t = texts.people.approvals
  const list = useQuery({
    queryKey: ['grants', all],
    queryFn: () => answer(api.GET('/api/v1/grants', { params: { query: { limit: 500, ...(all ? { all: true } : {}) } } })),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  const rows = useMemo(() => inOrder(list.data?.grants ?? []), [list.data])
  const ids = useMemo(() => rows.flatMap((one) => [one.holder, one.ended_by]), [rows])
  return (
    <Colleagues ids={ids}>
      <Panel
        title={t.grants}
        note={t.grantsNote}
        flush
        extra={
          <label className="switch">
            <Switch size="small" checked={all} onChange={setAll} /> {t.grantsAll}
          </label>
        }
      >
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        <Table<Grant>
          label={t.grants}
          empty={t.grantsEmpty}
          keyOf={(one) => one.grant}
          loading={list.isPending}
          rows={rows}
          columns={[
            {
              key: 'left',
              title: t.left,
              show: (one) =>
                one.state === 'live' ? (
                  <Due at={one.expires_at} total={(Date.parse(one.expires_at) - Date.parse(one.starts_at)) / 1000} />
                ) : (
                  <State tone="muted" icon={<StopOutlined aria-hidden />}>
                    {t.grantStates[one.state] ?? one.state}
                  </State>
                ),
            },
            { key: 'who', title: t.holder, show: (one) => <Who id={one.holder} /> },
            {
              key: 'what',
              title: t.purpose,
              show: (one) => (
                <>
                  {titles.purpose(one.purpose)}{' '}
                  <Tag color={one.kind === 'emergency' ? 'error' : 'default'}>{t.grantKinds[one.kind] ?? one.kind}</Tag>
                  <div className="note">{one.fields.map((field) => (field === '*' ? t.allFields : titles.field(field))).join(t.comma)}</div>
                </>
              ),
            },
            {
              key: 'subject',
              title: t.subject,
              wide: true,
              show: (one) => (one.subject ? <code title={one.subject}>…{one.subject.slice(-8)}</code> : t.noSubjectShort),
            },
            { key: 'why', title: t.reason, wide: true, show: (one) => <span className="words">{one.reason}</span> },
            { key: 'from', title: t.from, wide: true, show: (one) => moment(one.starts_at) },
            {
              key: 'act',
              title: <span className="sr-only">{texts.people.act}</span>,
              end: true,
              show: (one) =>
                one.state === 'live' ? (
                  <Button size="small" danger onClick={() => setEnding(one)}>
                    {t.revoke}
                  </Button>
                ) : (
                  one.ended_by && <Who id={one.ended_by} plain />
                ),
            },
          ]}
        />
      </Panel>
      <Dialog
        open={ending !== null}
        danger
        title={t.revokeTitle}
        lead={<p>{t.revokeLead}</p>}
        submit={t.revoke}
        onClose={() => setEnding(null)}
        onSubmit={async () => {
          await answer(api.DELETE('/api/v1/grants/{grant}', { params: { path: { grant: ending?.grant ?? '' } } }))
          await queries.invalidateQueries({ queryKey: ['grants'] })
        }}
      />
    </Colleagues>
  )
}

/** Those that run, the soonest to end first; then the others as they come. */
function inOrder(grants: readonly Grant[]): Grant[] {
  const live = grants.filter(({ state }) => state === 'live')
  live.sort((one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at))
  return [...live, ...grants.filter(({ state }) => state !== 'live')]
}
