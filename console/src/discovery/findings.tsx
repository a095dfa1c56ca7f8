// Findings by severity, with facets; walked and decided by keyboard.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { answer, api } from '../api/client'
import { useKeys } from '../frame/keys'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Table } from '../shared/table'
import { useDiscovering } from '../texts/discovering'
import { ANY, type Finding, placeOf, queryOf, valuesOf } from './model'
import { FACETS, type FacetName, type Search } from './search'
import { Severity, ShareBar, Standing } from './words'

export type Asked = 'confirm' | 'dismiss'

interface Props {
  search: Search
  onSearch: (search: Search) => void
  onOpen: (finding: Finding) => void
  /** Absent for whoever does not decide. */
  onAsk: ((finding: Finding, asked: Asked) => void) | undefined
}

export function Findings({ search, onSearch, onOpen, onAsk }: Props) {
  const t = useDiscovering()
  const query = queryOf(search)
  const found = useInfiniteQuery({
    queryKey: ['discoveries', 'findings', query],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam }
      return answer(api.GET('/api/v1/discoveries', { params: { query: { ...query, ...cursor, limit: 50 } } }))
    },
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  })
  const pages = found.data?.pages ?? []
  const rows = pages.flatMap(({ findings }) => findings)
  const at = useRows(rows.length, (nth) => {
    const row = rows[nth]
    if (row) onOpen(row)
  })
  const chosen = rows[at]
  const ask = (asked: Asked) => chosen && onAsk && decidable(chosen, asked) && onAsk(chosen, asked)
  useKeys({ c: () => ask('confirm'), d: () => ask('dismiss') })
  return (
    <Panel title={t.findings} note={pages[0] && t.total(pages[0].total)} extra={<span className="note disc-keys">{t.keys}</span>} flush>
      <Facets search={search} facets={pages[0]?.facets ?? []} onSearch={onSearch} />
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <Table<Finding>
        label={t.findingsLabel}
        empty={t.noFindings}
        loading={found.isPending}
        keyOf={({ finding }) => finding}
        rows={rows}
        chosen={at}
        onOpen={onOpen}
        columns={[
          { key: 'severity', title: t.severity, show: ({ severity }) => <Severity of={severity} /> },
          {
            key: 'place',
            title: t.place,
            show: (row) => (
              <>
                <Button type="link" className="row-link disc-place" onClick={() => onOpen(row)}>
                  {placeOf(row.path)}
                </Button>
                <div className="note">{row.source}</div>
              </>
            ),
          },
          {
            key: 'what',
            title: t.what,
            show: ({ what, class: of }) => (
              <>
                {t.whats[what] ?? what}
                {of && <div className="note">{t.classes[of] ?? of}</div>}
              </>
            ),
          },
          { key: 'share', title: t.share, wide: true, show: (row) => <ShareBar of={row} /> },
          { key: 'owner', title: t.owner, wide: true, show: ({ declared }) => declared.owner ?? <span className="note">{t.noOwner}</span> },
          { key: 'state', title: t.facets.state, wide: true, show: (row) => <Standing of={row} /> },
        ]}
      />
      {found.hasNextPage && (
        <div className="panel-body">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t.next}
          </Button>
        </div>
      )}
    </Panel>
  )
}

/** Whether it stands so that this could be decided. */
export const decidable = ({ state }: Finding, asked: Asked): boolean =>
  state === 'open' || state === 'suppressed' || (asked === 'dismiss' && state === 'confirmed')

function Facets({ search, facets, onSearch }: Pick<Props, 'search' | 'onSearch'> & { facets: Parameters<typeof valuesOf>[0] }) {
  const t = useDiscovering()
  const words: Partial<Record<FacetName, Record<string, string>>> = {
    severity: t.severities,
    state: t.states,
    class: t.classes,
    what: t.whats,
  }
  const put = (name: FacetName, value: string | undefined) => {
    const { [name]: _, ...others } = search
    onSearch(value === undefined ? others : { ...others, [name]: value })
  }
  const isNarrowed = FACETS.some((name) => search[name] !== undefined)
  return (
    <div className="disc-facets">
      {FACETS.map((name) => {
        const of = name === 'state' ? (search.state ?? 'open') : search[name]
        const values = valuesOf(facets, name)
        // What is chosen stays to be seen, and to be given up, where nothing has it any more.
        const all = of && of !== ANY && values.every(([value]) => value !== of) ? [...values, [of, 0] as [string, number]] : values
        return (
          <div key={name} role="group" aria-label={t.facets[name]} className="disc-facet">
            <span className="note">{t.facets[name]}</span>
            <Chip pressed={of === undefined || of === ANY} onClick={() => put(name, name === 'state' ? ANY : undefined)}>
              {t.all}
            </Chip>
            {all.map(([value, count]) => (
              <Chip key={value} pressed={of === value} onClick={() => put(name, of === value ? (name === 'state' ? ANY : undefined) : value)}>
                {words[name]?.[value] ?? value} <span className="disc-count">{count.toLocaleString()}</span>
              </Chip>
            ))}
          </div>
        )
      })}
      {isNarrowed && (
        <Button size="small" type="link" onClick={() => onSearch({})}>
          {t.clear}
        </Button>
      )}
    </div>
  )
}

function Chip({ pressed, onClick, children }: { pressed: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="disc-chip" aria-pressed={pressed} onClick={onClick}>
      {children}
    </button>
  )
}
