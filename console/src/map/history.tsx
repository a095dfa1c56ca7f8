// The register's versions: who, when, by whose approval, where in the ledger; and what changed between any two.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Empty, Select, Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { EntryLink } from '../shared/entry-link'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { Changes, TextDiff } from './changes'
import { MapTabs } from './tabs'
import './map.css'

type Version = Schemas['VersionEntry']

interface Pair {
  from: number
  to: number
}

export function HistoryScreen() {
  const { texts } = useAppearance()
  const words = texts.map.history
  const list = useQuery({
    queryKey: ['register-versions'],
    queryFn: () => answer(api.GET('/api/v1/register/versions', { params: { query: { entries: true } } })),
    retry: false,
  })
  const [asked, setAsked] = useState<Pair | null>(null)
  const versions = list.data?.register ?? []
  const newest = versions[0]?.version ?? 0
  const pair = asked ?? (newest > 1 ? { from: newest - 1, to: newest } : null)
  return (
    <Page title={words.title} lead={words.lead}>
      <MapTabs />
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      <div className="map-history">
        <Panel title={words.list} flush>
          <Versions versions={versions} loading={list.isPending} newest={newest} pair={pair} onCompare={setAsked} />
        </Panel>
        {list.isSuccess && <Difference versions={versions} pair={pair} onChange={setAsked} />}
      </div>
    </Page>
  )
}

function Versions(props: {
  versions: readonly Version[]
  loading: boolean
  newest: number
  pair: Pair | null
  onCompare: (pair: Pair) => void
}) {
  const { texts, moment } = useAppearance()
  const words = texts.map.history
  const { versions, newest, pair } = props
  return (
    <Table<Version>
      label={words.list}
      loading={props.loading}
      empty={words.empty}
      rows={versions}
      keyOf={({ version }) => version}
      chosen={versions.findIndex(({ version }) => version === pair?.to)}
      columns={[
        {
          key: 'version',
          title: words.number,
          show: ({ version, applied_at }) => (
            <>
              <div className="map-version">
                {words.version(version)}
                {version === newest && <Tag color="success">{words.current}</Tag>}
              </div>
              <div className="note map-word">{moment(applied_at)}</div>
            </>
          ),
        },
        {
          key: 'by',
          title: words.by,
          show: ({ applied_by, approval, version }) => (
            <>
              <div>{applied_by === 'operator' ? words.operator : <code>{applied_by}</code>}</div>
              <div className="note">
                {version === 1 ? words.first : <>{words.approval}: {approval ? <code>{approval}</code> : words.noApproval}</>}
              </div>
            </>
          ),
        },
        { key: 'entry', title: words.entry, show: ({ entry }) => <span className="map-word">{entry == null ? '–' : <EntryLink entry={entry} />}</span> },
        {
          key: 'change',
          title: words.change,
          end: true,
          show: ({ version }) =>
            version > 1 && (
              <Button size="small" onClick={() => props.onCompare({ from: version - 1, to: version })}>
                {words.compare}
              </Button>
            ),
        },
      ]}
    />
  )
}

function Difference(props: { versions: readonly Version[]; pair: Pair | null; onChange: (pair: Pair) => void }) {
  const { texts, language } = useAppearance()
  const words = texts.map.history
  const { pair, onChange } = props
  const found = useQuery({
    queryKey: ['register-difference', pair?.from, pair?.to, language],
    queryFn: () =>
      answer(
        api.GET('/api/v1/register/differences', { params: { query: { from: pair?.from ?? 0, to: pair?.to ?? 0 } } }),
      ),
    enabled: pair !== null,
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (!pair) {
    return (
      <Panel title={words.change}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.onlyOne} />
      </Panel>
    )
  }
  const options = props.versions.map(({ version }) => ({ value: version, label: words.version(version) }))
  const looser = found.data?.changes.filter(({ loosens }) => loosens).length ?? 0
  return (
    <Panel
      title={words.difference(pair.from, pair.to)}
      note={found.data && found.data.changes.length > 0 ? words.count(found.data.changes.length, looser) : undefined}
      extra={
        <div className="map-pair">
          <Select size="small" aria-label={words.from} value={pair.from} options={options} onChange={(from) => onChange({ ...pair, from })} />
          <span aria-hidden>→</span>
          <Select size="small" aria-label={words.to} value={pair.to} options={options} onChange={(to) => onChange({ ...pair, to })} />
        </div>
      }
    >
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton active title={false} paragraph={{ rows: 4 }} />}
      {found.data && found.data.changes.length === 0 && <p>{words.same}</p>}
      {found.data && found.data.changes.length > 0 && <Changes changes={found.data.changes} />}
      {found.data && found.data.text !== '' && (
        <details className="map-text">
          <summary>{words.text}</summary>
          <TextDiff text={found.data.text} />
        </details>
      )}
    </Panel>
  )
}
