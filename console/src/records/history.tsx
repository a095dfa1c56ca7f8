// What the ledger holds about one person, for who may look: the look itself is an entry as well.
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { answer, api } from '../api/client'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Views } from './views'

export function History({ subject }: { subject: string }) {
  const { texts, language, moment } = useAppearance()
  const entries = useQuery({
    queryKey: ['history', subject, language],
    queryFn: () =>
      answer(api.GET('/api/v1/ledger/entries', { params: { query: { subject, newest: true, limit: 200 } } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  return (
    <Panel title={texts.record.history}>
      {entries.isPending && <Skeleton active paragraph={{ rows: 4 }} title={false} />}
      {entries.isError && <ProblemNote error={entries.error} />}
      {entries.data?.entries.length === 0 && <p className="note">{texts.record.historyEmpty}</p>}
      {entries.data && entries.data.entries.length > 0 && (
        <>
          <Views entries={entries.data.entries} />
          <ol className="timeline">
            {entries.data.entries.slice(0, SHOWN).map((one) => (
              <li key={one.index} data-kind={one.kind}>
                <div>
                  <strong>{one.title}</strong>{' '}
                  {(one.fields ?? []).flatMap(({ fields }) => fields).slice(0, 4).join(', ')}
                </div>
                <div className="note">
                  {moment(one.at)} · {one.actor} · {texts.entry(one.index)}
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </Panel>
  )
}

const SHOWN = 20
