// The versions of the policies, and what each changed in the text.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { diff, pieces } from './diff'

type Version = Schemas['VersionEntry']

export function useVersions() {
  return useQuery({
    queryKey: ['register-versions', 'source'],
    queryFn: () => answer(api.GET('/api/v1/register/versions', { params: { query: { source: true } } })),
  })
}

export function History() {
  const { texts, moment } = useAppearance()
  const words = texts.policies.history
  const versions = useVersions()
  const [shown, setShown] = useState<number | null>(null)
  const list = versions.data?.policies ?? []
  const at = list.findIndex(({ version }) => version === shown)
  return (
    <Panel title={words.title} note={list.length > 0 ? words.count(list.length) : ''} flush>
      {versions.isError && <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />}
      <Table<Version>
        label={words.title}
        loading={versions.isPending}
        empty={words.empty}
        keyOf={(one) => one.version}
        rows={list}
        columns={[
          { key: 'version', title: words.version, show: (one) => words.nth(one.version) },
          { key: 'at', title: words.at, show: (one) => moment(one.applied_at) },
          { key: 'by', title: words.by, wide: true, show: (one) => <code>{one.applied_by}</code> },
          {
            key: 'diff', title: <span className="sr-only">{words.diff}</span>,
            end: true,
            show: (one) => (
              <Button
                type="link"
                size="small"
                aria-expanded={shown === one.version}
                onClick={() => setShown(shown === one.version ? null : one.version)}
              >
                {shown === one.version ? words.hide : words.diff}
              </Button>
            ),
          },
        ]}
      />
      {at >= 0 && <Diff older={list[at + 1]} newer={list[at]} />}
    </Panel>
  )
}

function Diff({ older, newer }: { older: Version | undefined; newer: Version | undefined }) {
  const { texts } = useAppearance()
  const words = texts.policies.history
  if (!older) return <p className="panel-body note">{words.first}</p>
  return <DiffView label={words.nth(newer?.version ?? 0)} older={older.source ?? ''} newer={newer?.source ?? ''} />
}

/** Two texts, line by line: what is gone, what is new. */
export function DiffView({ label, older, newer }: { label: string; older: string; newer: string }) {
  const { texts } = useAppearance()
  const words = texts.policies.history
  const found = pieces(diff(older, newer))
  if (found.length === 0) return <p className="panel-body note">{words.same}</p>
  return (
    // Scrolled by keyboard as well.
    <section className="diff" aria-label={label} tabIndex={0}>
      {found.map((piece) => (
        <div key={`${piece[0]?.sign}${piece[0]?.number}`} className="diff-piece">
          {piece.map(({ sign, text, number }) => (
            <div key={`${sign}${number}`} className={sign === '+' ? 'diff-new' : sign === '-' ? 'diff-gone' : 'diff-stay'}>
              <span className="diff-number">{number}</span>
              <span className="diff-sign">
                {sign === '+' && <span className="sr-only">{words.added}</span>}
                {sign === '-' && <span className="sr-only">{words.removed}</span>}
                <span aria-hidden>{sign}</span>
              </span>
              <span className="diff-text">{text}</span>
            </div>
          ))}
        </div>
      ))}
    </section>
  )
}
