// Systems that are told what people said: what each gets, how far it has got, and what keeps it back.
import { PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Colleagues } from '../shared/colleagues'
import { Once } from '../shared/once'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import '../people/people.css'
import '../shared/parts.css'
import { AddDownstream } from './add'
import './downstreams.css'
import { DownstreamDrawer } from './drawer'
import { FirstDownstream } from './first'
import { LagPicture } from './lag'
import { type Downstream, inOrder, type Made } from './model'
import { Lag, Standing, Target } from './standing'

/** Lag is of the moment: asked for again while somebody looks. */
const EVERY = 5_000

export function DownstreamsScreen() {
  const { texts, language } = useAppearance()
  const consenting = useConsenting()
  const { me } = useSession()
  const title = usePurposeTitle()
  const queries = useQueryClient()
  const t = consenting.downstreams
  const [adding, setAdding] = useState(false)
  const [opened, setOpened] = useState<string | null>(null)
  const [made, setMade] = useState<(Made & { rotated: boolean }) | null>(null)
  const list = useQuery({
    queryKey: ['downstreams'],
    queryFn: () => answer(api.GET('/api/v1/downstreams')),
    refetchInterval: EVERY,
  })
  const gives = may(me, 'POST', '/api/v1/downstreams')
  const all = inOrder(list.data?.downstreams ?? [])
  const one = all.find(({ name }) => name === opened)
  const clock = new Intl.DateTimeFormat(texts.languageTag, { timeStyle: 'medium' })
  const again = () => queries.invalidateQueries({ queryKey: ['downstreams'] })
  const add = gives && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  )
  return (
    <Colleagues ids={all.map(({ created_by }) => created_by)}>
      <Page title={t.title} lead={t.lead} actions={all.length > 0 && add}>
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
        {list.data && all.length === 0 && <FirstDownstream action={add} />}
        {list.data && all.length > 0 && (
          <>
            <LagPicture systems={all.filter(({ state }) => state !== 'retired')} />
            <Panel title={t.all} note={t.refreshed(clock.format(list.dataUpdatedAt))} flush>
              <Table<Downstream>
                label={t.all}
                empty={t.empty}
                keyOf={({ name }) => name}
                rows={all}
                onOpen={({ name }) => setOpened(name)}
                columns={[
                  { key: 'lag', title: t.lag, show: (row) => <Lag of={row} /> },
                  {
                    key: 'name',
                    title: t.name,
                    show: (row) => (
                      <>
                        <Button type="link" className="row-link" onClick={() => setOpened(row.name)}>
                          {row.name}
                        </Button>
                        <div className="note">{t.kinds[row.kind] ?? row.kind}</div>
                      </>
                    ),
                  },
                  { key: 'target', title: t.target, wide: true, show: (row) => <Target of={row} /> },
                  {
                    key: 'gets',
                    title: t.gets,
                    wide: true,
                    show: ({ purposes }) => purposes.map(title).join(language === 'zh' ? '、' : ', '),
                  },
                  { key: 'state', title: t.state, show: (row) => <Standing of={row} /> },
                  {
                    key: 'position',
                    title: t.position,
                    wide: true,
                    show: (row) => (
                      <div className="note nowrap">
                        <div>
                          {t.told} {t.before(row.delivered)}
                        </div>
                        <div>
                          {t.acknowledged} {t.before(row.acknowledged)}
                        </div>
                      </div>
                    ),
                  },
                ]}
              />
            </Panel>
            <p className="note">
              {t.head}: {t.headAt(list.data.head)} · {t.getsAll}
            </p>
          </>
        )}
        <AddDownstream
          open={adding}
          onClose={() => setAdding(false)}
          onMade={(taken) => {
            setMade({ ...taken, rotated: false })
            void again()
          }}
        />
        <DownstreamDrawer
          of={one ?? null}
          head={list.data?.head ?? 0}
          onClose={() => setOpened(null)}
          onChanged={again}
          onRotated={(taken) => {
            setOpened(null)
            setMade({ ...taken, rotated: true })
          }}
        />
        {made?.secret && (
          <Once
            title={made.rotated ? t.rotated : t.made}
            lead={t.madeLead}
            label={t.secret}
            secret={made.secret}
            facts={[
              [t.name, made.name],
              [texts.people.entry, texts.entry(made.entry)],
            ]}
            onKept={() => setMade(null)}
          />
        )}
      </Page>
    </Colleagues>
  )
}
