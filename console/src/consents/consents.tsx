// The consent centre: who agreed to what, from which notice, in numbers that point at nobody.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Segmented, Select, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { answer, api } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { ByNotice, ByWay, Grades } from './by'
import { type Band, dayShape, Legend, StackedAreas } from './chart'
import { chinaDayBefore, RANGES, type Range, seriesOf, type Summary, todosOf, TURNS, type View } from './model'
import { Now } from './now'
import { PeriodTable } from './periods'
import { Todos } from './todos'
import '../shared/parts.css'
import './consents.css'

const FEW_PURPOSES = 6

export function ConsentsScreen() {
  const { moment } = useAppearance()
  const consenting = useConsenting()
  const { view, setView } = useView()
  const summary = useSummary(view.range)
  const t = consenting.consents
  const { data } = summary
  return (
    <Page
      title={t.title}
      lead={data ? t.lead(consenting.count(data.subjects), moment(data.at)) : t.leadShort}
      actions={
        <Segmented
          aria-label={t.range}
          value={view.range}
          onChange={(range) => setView({ ...view, range })}
          options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: t.ranges[value] }))}
        />
      }
    >
      {summary.isError && <ProblemNote error={summary.error} onRetry={() => void summary.refetch()} />}
      {summary.isPending && <Skeleton active paragraph={{ rows: 12 }} />}
      {data && <Numbers summary={data} view={view} onView={setView} />}
    </Page>
  )
}

/** What the address says is looked at. */
function useView(): { view: View; setView: (view: View) => void } {
  const { range = '30', purpose, show } = useSearch({ from: '/consents' })
  const navigate = useNavigate()
  const setView = (next: View) => {
    const search = {
      ...(next.range === '30' ? {} : { range: next.range }),
      ...(next.purpose === undefined ? {} : { purpose: next.purpose }),
      ...(next.said ? { show: 'said' as const } : {}),
    }
    void navigate({ to: '/consents', search, replace: true, resetScroll: false })
  }
  return { view: { range, purpose, said: show === 'said' }, setView }
}

/** The numbers of the last days. While the server still counts, asked again. */
function useSummary(range: Range) {
  return useQuery({
    queryKey: ['consents', 'summary', range],
    queryFn: () => {
      const { days, step } = RANGES[range]
      const now = Date.now()
      const query = { from: chinaDayBefore(now, days - 1), to: chinaDayBefore(now, 0), step }
      return answer(api.GET('/api/v1/consents/summary', { params: { query } }))
    },
    refetchInterval: ({ state }) => ((state.data?.behind ?? 0) > 0 ? 2_000 : 60_000),
    placeholderData: (before) => before,
    retry: false,
  })
}

interface Props {
  summary: Summary
  view: View
  onView: (view: View) => void
}

function Numbers({ summary, view, onView }: Props) {
  const consenting = useConsenting()
  const t = consenting.consents
  const chosen = summary.purposes.find(({ purpose }) => purpose === view.purpose)
  const shown = chosen ? [chosen] : summary.purposes
  return (
    <>
      {summary.behind > 0 && <Alert className="consents-alert" type="info" showIcon title={t.behind(summary.behind)} />}
      <Todos todos={todosOf(summary)} />
      <Picture summary={summary} view={view} onView={onView} />
      <Now summary={summary} chosen={view.purpose} onChoose={(purpose) => onView({ ...view, purpose })} />
      <div className="consents-columns">
        <ByNotice purposes={shown} />
        <div>
          <ByWay purposes={shown} />
          <Grades purposes={shown} />
        </div>
      </div>
      <p className="note">{t.coarse}</p>
    </>
  )
}

function Picture({ summary, view, onView }: Props) {
  const { texts, moment } = useAppearance()
  const consenting = useConsenting()
  const { me } = useSession()
  const title = usePurposeTitle()
  const t = consenting.consents
  const bands = useBands(summary, view)
  const last = summary.begins.length - 1
  const [picked, setAt] = useState<number | null>(null)
  const at = Math.min(picked ?? last, last)
  const begin = summary.begins[at] ?? summary.ends
  const end = summary.begins[at + 1] ?? summary.ends
  const shape = dayShape(texts.languageTag)
  const isEmpty = bands.every(({ values }) => values.every((value) => value === 0))
  const purposes = [{ value: '', label: t.allPurposes }, ...summary.purposes.map(({ purpose }) => ({ value: purpose, label: title(purpose) }))]
  const heading = view.said ? t.saidTitle : view.purpose ? t.standsTitle : t.agreeTitle
  return (
    <Panel
      title={heading}
      note={view.purpose && title(view.purpose)}
      flush
      extra={
        <div className="consents-controls">
          <Select
            aria-label={t.purpose}
            className="consents-purpose"
            value={view.purpose ?? ''}
            options={purposes}
            onChange={(purpose) => onView({ ...view, purpose: purpose === '' ? undefined : purpose })}
          />
          <Segmented
            aria-label={t.show}
            value={view.said ? 'said' : 'stands'}
            onChange={(show) => onView({ ...view, said: show === 'said' })}
            options={[
              { value: 'stands', label: t.stands },
              { value: 'said', label: t.said },
            ]}
          />
        </div>
      }
    >
      {!view.said && !summary.standing_known && <Alert type="warning" showIcon title={t.notKnown} />}
      {isEmpty ? (
        <div className="consents-empty">
          <strong>{t.empty}</strong>
          <p className="note">{t.emptyWhat}</p>
        </div>
      ) : (
        <figure className="stacked-figure">
          <StackedAreas
            label={view.purpose ? `${heading}: ${title(view.purpose)}` : heading}
            bands={bands}
            begins={summary.begins}
            at={at}
            onAt={setAt}
          />
          <figcaption>
            <div className="stacked-day">
              <strong>{summary.step === 'week' ? t.weekOf(shape.format(new Date(begin))) : shape.format(new Date(begin))}</strong>
              {may(me, 'GET', '/api/v1/ledger/entries') && (
                <Link to="/ledger" search={{ kind: 'consent', since: begin, until: end }}>
                  {t.inLedger}
                </Link>
              )}
            </div>
            <Legend bands={bands} at={at} />
          </figcaption>
        </figure>
      )}
      <details className="consents-twin">
        <summary>{t.table}</summary>
        <PeriodTable summary={summary} view={view} />
      </details>
      <p className="note consents-foot">
        {t.small}
        {summary.began_at && Date.parse(summary.began_at) > Date.parse(summary.begins[0] ?? '') && <> · {t.began(moment(summary.began_at))}</>}
      </p>
      {view.purpose && (
        <div className="consents-clear">
          <Button size="small" onClick={() => onView({ ...view, purpose: undefined })}>
            {t.clear}
          </Button>
        </div>
      )}
    </Panel>
  )
}

const isTurn = (key: string): key is (typeof TURNS)[number] => (TURNS as readonly string[]).includes(key)

/** What is drawn, with names and colours. More purposes than there are colours share the last. */
function useBands(summary: Summary, view: View): Band[] {
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const series = useMemo(() => seriesOf(summary, view), [summary, view.purpose, view.said])
  const isByWord = view.said || view.purpose !== undefined
  return series.map((one, at) => ({
    ...one,
    label: isByWord && isTurn(one.key) ? consenting.turns[one.key] : title(one.key),
    colour: isByWord ? one.key : `purpose-${Math.min(at, FEW_PURPOSES - 1)}`,
  }))
}
