// The data map: collections, purposes and recipients as declared, with what was really read laid over them.
import { Alert, Button, Segmented, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { type Register, useRegister } from '../api/register'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Findings } from './findings'
import { Flows } from './flows'
import { Matrix } from './matrix'
import { graphOf, isUse, type Observed, touches } from './model'
import { useNames } from './names'
import { USUAL_DAYS, useObserved } from './observed'
import { Sankey } from './sankey'
import { MapTabs } from './tabs'
import './map.css'

const DAYS = [7, USUAL_DAYS, 90]
const DAY = 24 * 60 * 60 * 1000

export function MapScreen() {
  const { texts } = useAppearance()
  const [days, setDays] = useState(USUAL_DAYS)
  const register = useRegister()
  const observed = useObserved(days)
  const failed = register.error ?? observed.error
  const again = () => void Promise.all([register.refetch(), observed.refetch()])
  return (
    <Page
      title={texts.map.title}
      lead={observed.data ? texts.map.lead(observed.data.entries, observed.data.register_version) : ''}
      actions={
        <Segmented
          aria-label={texts.map.days}
          value={days}
          onChange={setDays}
          options={DAYS.map((value) => ({ value, label: texts.map.lastDays(value) }))}
        />
      }
    >
      <MapTabs />
      {failed && <ProblemNote error={failed} onRetry={again} />}
      {!failed && !(register.data && observed.data) && <Skeleton active paragraph={{ rows: 12 }} />}
      {register.data && observed.data && <Observations register={register.data} observed={observed.data} />}
    </Page>
  )
}

function Observations({ register, observed }: { register: Register; observed: Observed }) {
  const { texts, moment } = useAppearance()
  const names = useNames(register, observed)
  const young = observed.began_at != null && Date.parse(observed.began_at) > Date.parse(observed.from) + DAY
  return (
    <>
      {observed.behind > 0 && <Alert className="map-alert" type="info" showIcon title={texts.map.behind(observed.behind)} />}
      {young && (
        <Alert className="map-alert" type="warning" showIcon title={texts.map.young(moment(observed.began_at ?? ''), observed.days)} />
      )}
      <Picture register={register} observed={observed} />
      <Panel title={texts.map.findings} flush>
        <Findings register={register} findings={observed.findings} names={names} />
      </Panel>
      <p className="note">{texts.map.exact}</p>
    </>
  )
}

/** Below the picture, the first uses of what was picked. */
const FEW = 8

type View = 'flow' | 'matrix' | 'table'
const VIEWS: readonly View[] = ['flow', 'matrix', 'table']

/** On a narrow screen the table is what can be read. */
const firstView = (): View => (window.matchMedia('(max-width: 900px)').matches ? 'table' : 'flow')

function Picture({ register, observed }: { register: Register; observed: Observed }) {
  const { texts } = useAppearance()
  const names = useNames(register, observed)
  const [view, setView] = useState<View>(firstView)
  const [chosen, setChosen] = useState<string | null>(null)
  const graph = useMemo(() => graphOf(register, observed), [register, observed])
  const node = graph.nodes.find(({ id }) => id === chosen)
  const uses = observed.flows.filter((flow) => isUse(flow) && (!node || touches(flow, node)))
  return (
    <Panel
      title={texts.map.picture}
      flush
      extra={
        <Segmented
          aria-label={texts.map.viewsLabel}
          value={view}
          onChange={setView}
          options={VIEWS.map((value) => ({ value, label: texts.map.views[value] }))}
        />
      }
    >
      {node && (
        <div className="map-chosen">
          {texts.map.chosen}: <strong>{names.node(node)}</strong>
          <Button size="small" onClick={() => setChosen(null)}>
            {texts.map.clearChosen}
          </Button>
        </div>
      )}
      {view === 'flow' && (
        <>
          <ul className="map-legend">
            <li data-state="used">{texts.map.legend.used}</li>
            <li data-state="idle">{texts.map.legend.idle}</li>
            <li data-state="undeclared">{texts.map.legend.undeclared}</li>
          </ul>
          <Sankey graph={graph} names={names} chosen={node ? node.id : null} onChoose={setChosen} />
        </>
      )}
      {view === 'matrix' && <Matrix register={register} observed={observed} names={names} chosen={node} />}
      {(view === 'table' || (view === 'flow' && node)) && (
        <Flows key={`${view} ${chosen}`} flows={uses} names={names} {...(view === 'flow' ? { first: FEW } : {})} />
      )}
    </Panel>
  )
}
