// What scans of other systems found, held against the register: sources, a heat map, findings to decide about, and
// what was learned from the decisions.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Colleagues } from '../shared/colleagues'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useDiscovering } from '../texts/discovering'
import '../people/people.css'
import '../shared/parts.css'
import { Decide } from './decide'
import './discovery.css'
import { FindingDrawer } from './drawer'
import { type Asked, Findings } from './findings'
import { FirstScan } from './first'
import type { Finding } from './model'
import { Patterns } from './patterns'
import type { Search } from './search'
import { type Received, SendScan } from './send'
import { Heat, Sources } from './sources'

export function DiscoveryScreen() {
  const t = useDiscovering()
  const { me } = useSession()
  const search: Search = useSearch({ from: '/discovery' })
  const navigate = useNavigate({ from: '/discovery' })
  const [source, setSource] = useState<string>()
  const [taken, setTaken] = useState<Received | null>(null)
  const [asking, setAsking] = useState<{ of: Finding; asked: Asked } | null>(null)
  const sources = useQuery({
    queryKey: ['discoveries', 'sources'],
    queryFn: () => answer(api.GET('/api/v1/discoveries/sources')),
  })
  const all = sources.data?.sources ?? []
  const open = all.flatMap((one) => one.open).reduce((sum, { count }) => sum + count, 0)
  const sends = may(me, 'POST', '/api/v1/discoveries')
  const decides = may(me, 'PUT', '/api/v1/discoveries/{finding}/decision')
  const shown = all.find(({ name }) => name === source)?.name ?? all[0]?.name
  const go = (next: Search) => void navigate({ search: next, replace: true })
  const openOne = (id: string) => go({ ...search, id })
  const { id, ...filters } = search
  const onAsk = decides ? (of: Finding, asked: Asked) => setAsking({ of, asked }) : undefined
  const onTaken = (received: Received | null, from?: string) => {
    setTaken(received)
    if (from !== undefined) setSource(from)
  }
  const send = sends && <SendScan taken={taken} onTaken={onTaken} />
  return (
    <Colleagues ids={all.map(({ received_by }) => received_by)}>
      <Page title={t.title} lead={all.length > 0 ? t.lead(all.length, open) : t.leadShort}>
        {sources.isError && <ProblemNote error={sources.error} onRetry={() => void sources.refetch()} />}
        {sources.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
        {sources.data && all.length === 0 && <FirstScan action={send} />}
        {all.length > 0 && (
          <>
            <Panel title={t.sources} note={t.sourcesNote} flush>
              <Sources sources={all} chosen={shown} onChoose={setSource} />
              {send && <div className="panel-body">{send}</div>}
            </Panel>
            {shown && <Heat key={shown} name={shown} onOpen={openOne} />}
            <Findings
              search={filters}
              onSearch={go}
              onOpen={({ finding }) => openOne(finding)}
              onAsk={id === undefined ? onAsk : undefined}
            />
            <Patterns />
          </>
        )}
        <FindingDrawer id={id} onClose={() => go(filters)} onAsk={onAsk} />
        <Decide of={asking?.of ?? null} asked={asking?.asked ?? null} onClose={() => setAsking(null)} />
      </Page>
    </Colleagues>
  )
}
