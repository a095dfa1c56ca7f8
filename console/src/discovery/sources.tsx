// The systems that were scanned, and what stands where in one of them.
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Empty, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { Who } from '../shared/colleagues'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useDiscovering } from '../texts/discovering'
import { columnsOf, type Finding, type Place, placeOf, shadeOf, shareOf, type Source, TONES } from './model'
import { Severity, ShareBar } from './words'
import '../map/map.css'

interface SourcesProps {
  sources: readonly Source[]
  chosen: string | undefined
  onChoose: (name: string) => void
}

export function Sources({ sources, chosen, onChoose }: SourcesProps) {
  const { moment } = useAppearance()
  const t = useDiscovering()
  return (
    <Table<Source>
      label={t.sources}
      empty={t.empty}
      keyOf={({ name }) => name}
      rows={sources}
      chosen={sources.findIndex(({ name }) => name === chosen)}
      onOpen={({ name }) => onChoose(name)}
      columns={[
        {
          key: 'name',
          title: t.source,
          show: ({ name, kind, declared }) => (
            <>
              <Button type="link" className="row-link" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
                {name}
              </Button>
              <div className="note">
                {t.kinds[kind] ?? kind} · {declared ? t.declaredSource : t.undeclaredSource}
              </div>
            </>
          ),
        },
        {
          key: 'scanned',
          title: t.scanned,
          show: ({ scanned_at, received_by }) => (
            <>
              <div className="nowrap">{moment(scanned_at)}</div>
              <div className="note">
                <Who id={received_by} plain />
              </div>
            </>
          ),
        },
        {
          key: 'places',
          title: t.places,
          wide: true,
          show: ({ places, holding }) => <span title={t.placesHint}>{t.placesOf(holding, places)}</span>,
        },
        {
          key: 'unread',
          title: t.unread,
          show: ({ unread }) =>
            unread.length > 0 ? <span className="chip chip-warm">{t.unreadCount(unread.length)}</span> : <span className="note">{t.none}</span>,
        },
        { key: 'open', title: t.open, show: ({ open }) => <Open counts={open} /> },
        { key: 'owner', title: t.owner, wide: true, show: ({ owner }) => owner ?? <span className="note">{t.noOwner}</span> },
        { key: 'detector', title: t.detector, wide: true, show: ({ detector }) => <span className="note">{detector}</span> },
      ]}
    />
  )
}

function Open({ counts }: { counts: Source['open'] }) {
  const t = useDiscovering()
  const some = counts.filter(({ count }) => count > 0)
  if (some.length === 0) return <span className="note">{t.none}</span>
  return (
    <span className="tags">
      {some.map(({ value, count }) => (
        <span key={value} className={`chip chip-${TONES[value] === 'muted' ? 'cool' : TONES[value]}`}>
          {t.severities[value] ?? value} {count.toLocaleString()}
        </span>
      ))}
    </span>
  )
}

/** More rows than these are no picture any more. */
const MOST_ROWS = 60

type View = 'picture' | 'table'

export function Heat({ name, onOpen }: { name: string; onOpen: (finding: string) => void }) {
  const t = useDiscovering()
  const [view, setView] = useState<View>('picture')
  const heat = useQuery({
    queryKey: ['discoveries', 'source', name],
    queryFn: () => answer(api.GET('/api/v1/discoveries/sources/{name}', { params: { path: { name } } })),
  })
  const places = heat.data?.places ?? []
  return (
    <Panel
      title={t.heat}
      note={t.heatNote(name)}
      flush
      extra={
        <Segmented<View>
          aria-label={t.heatViews}
          value={view}
          onChange={setView}
          options={(['picture', 'table'] as const).map((value) => ({ value, label: t.heatView[value] }))}
        />
      }
    >
      {heat.isError && <ProblemNote error={heat.error} onRetry={() => void heat.refetch()} />}
      {heat.isPending && <Skeleton active className="panel-body" />}
      {heat.data && <Unread unread={heat.data.source.unread} />}
      {heat.data && places.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.nothing} />}
      {places.length > 0 && view === 'picture' && <Picture places={places} onOpen={onOpen} />}
      {places.length > 0 && view === 'table' && <Twin places={places} onOpen={onOpen} />}
    </Panel>
  )
}

/** More names than these say nothing more. */
const MOST_UNREAD = 50

/** What the newest scan could not read: what was found there before stands as it did. */
function Unread({ unread }: { unread: Source['unread'] }) {
  const t = useDiscovering()
  if (unread.length === 0) return null
  const shown = unread.slice(0, MOST_UNREAD)
  return (
    <Alert
      type="warning"
      showIcon
      className="disc-unread"
      title={t.unreadTitle(unread.length)}
      description={
        <>
          <p>{t.unreadNote}</p>
          <ul>
            {shown.map(({ path, why }) => (
              <li key={path.join('\u0000')}>
                <strong>{path.length > 0 ? placeOf(path) : t.wholeSource}</strong> · {t.whys[why] ?? why}
              </li>
            ))}
          </ul>
          {unread.length > shown.length && <p className="note">{t.unreadMore(unread.length - shown.length)}</p>}
        </>
      }
    />
  )
}

interface PlacesProps {
  places: readonly Place[]
  onOpen: (finding: string) => void
}

function Picture({ places, onOpen }: PlacesProps) {
  const t = useDiscovering()
  const columns = columnsOf(places)
  const shown = places.slice(0, MOST_ROWS)
  return (
    <>
      <p className="note map-matrix-hint">{t.heatHint}</p>
      <div className="map-scroll map-matrix-scroll" role="region" aria-label={t.heatLabel} tabIndex={0}>
        <table className="map-matrix disc-matrix" aria-label={t.heatLabel}>
          <thead>
            <tr>
              <th scope="col">{t.place}</th>
              {columns.map((what) => (
                <th key={what} scope="col">
                  <span>{t.whats[what] ?? what}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((place) => (
              <tr key={place.path.join('\u0000')}>
                <th scope="row">{placeOf(place.path)}</th>
                {columns.map((what) => (
                  <HeatCell key={what} cell={place.cells.find((cell) => cell.what === what)} onOpen={onOpen} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {places.length > shown.length && <p className="note map-matrix-hint">{t.more(places.length - shown.length)}</p>}
    </>
  )
}

function HeatCell({ cell, onOpen }: { cell: Finding | undefined; onOpen: (finding: string) => void }) {
  const t = useDiscovering()
  if (!cell) return <td />
  const wrong = cell.class !== undefined && cell.class !== null
  return (
    <td data-heat={shadeOf(cell)} data-class={wrong ? cell.class : undefined}>
      <button type="button" className="disc-cell" onClick={() => onOpen(cell.finding)}>
        {t.percent(shareOf(cell))}
        <span className="sr-only">
          {placeOf(cell.path)} {t.whats[cell.what] ?? cell.what} {wrong ? t.classes[cell.class ?? ''] : t.declared}
        </span>
      </button>
    </td>
  )
}

/** The same as rows. */
function Twin({ places, onOpen }: PlacesProps) {
  const t = useDiscovering()
  const rows = places.flatMap(({ cells }) => cells)
  return (
    <Table<Finding>
      label={t.heatLabel}
      empty={t.nothing}
      keyOf={({ finding }) => finding}
      rows={rows}
      onOpen={({ finding }) => onOpen(finding)}
      columns={[
        {
          key: 'place',
          title: t.place,
          show: ({ path, finding }) => (
            <Button type="link" className="row-link disc-place" onClick={() => onOpen(finding)}>
              {placeOf(path)}
            </Button>
          ),
        },
        { key: 'what', title: t.what, show: ({ what }) => t.whats[what] ?? what },
        { key: 'share', title: t.share, show: (row) => <ShareBar of={row} /> },
        {
          key: 'declared',
          title: t.declared,
          wide: true,
          show: (row) => (row.class ? <Severity of={row.severity} /> : t.declared),
        },
      ]}
    />
  )
}
