// The picture of the map: collections to purposes to recipients, as wide as what passed. Each node can be reached
// by keys; the table beside the picture tells the same.
import { sankey, sankeyLinkHorizontal } from 'd3-sankey'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { useAppearance } from '../texts'
import { type MapGraph, type MapLink, type MapNode, type Place, stateOf } from './model'
import type { Names } from './names'

const [WIDTH, TOP, FOOT] = [1140, 30, 8]
const COLUMNS: readonly Place[] = ['collection', 'purpose', 'recipient']
/** Room for the names of the first and the last column. */
const [LEFT, RIGHT] = [130, 190]
const BAR = 12
/** What is declared without traffic has to be seen: its share of all that passes. */
const THIN = 0.008

interface Placed {
  node: MapNode
  x0: number
  x1: number
  y0: number
  y1: number
}

interface Drawn {
  link: MapLink
  path: string
  width: number
}

function layout({ nodes, links }: MapGraph): { placed: Placed[]; drawn: Drawn[]; height: number } {
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]))
  const shown = nodes.filter(({ id }) => linked.has(id))
  const rows = Math.max(0, ...COLUMNS.map((place) => shown.filter((node) => node.place === place).length))
  const height = Math.max(300, rows * 38)
  if (shown.length === 0) return { placed: [], drawn: [], height }
  const most = links.reduce((sum, { given }) => sum + given, 0)
  const thin = most > 0 ? most * THIN : 1
  const made = sankey<{ node: MapNode }, { link: MapLink }>()
    .nodeId(({ node }) => node.id)
    .nodeAlign(({ node }) => COLUMNS.indexOf(node.place))
    .nodeWidth(BAR)
    .nodePadding(16)
    .extent([
      [LEFT, TOP],
      [WIDTH - RIGHT, height - FOOT],
    ])({
    nodes: shown.map((node) => ({ node })),
    links: links.map((link) => ({ link, source: link.from, target: link.to, value: link.given + thin })),
  })
  const line = sankeyLinkHorizontal<{ node: MapNode }, { link: MapLink }>()
  return {
    height,
    placed: made.nodes.map(({ node, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => ({ node, x0, x1, y0, y1 })),
    drawn: made.links.map((one) => ({
      link: one.link,
      path: line(one) ?? '',
      width: one.link.given > 0 ? Math.max(1.5, one.width ?? 0) : 1.5,
    })),
  }
}

interface Props {
  graph: MapGraph
  names: Names
  /** The node that was picked, or none. */
  chosen: string | null
  onChoose: (id: string | null) => void
}

export function Sankey({ graph, names, chosen, onChoose }: Props) {
  const { texts } = useAppearance()
  const { placed, drawn, height } = useMemo(() => layout(graph), [graph])
  const [over, setOver] = useState<string | null>(null)
  const svg = useRef<SVGSVGElement>(null)
  const lit = over ?? chosen
  const isLit = (link: MapLink) => link.from === lit || link.to === lit || link.id === lit
  const reached = useMemo(() => reachOf(graph, lit), [graph, lit])
  // One stop for the tab key; arrows go on from there.
  const [stop, setStop] = useState('')
  const first = placed.some(({ node }) => node.id === stop) ? stop : placed[0]?.node.id
  const said = (uses: { given: number; refused: number }) =>
    [
      uses.given > 0 || uses.refused === 0 ? (uses.given > 0 ? texts.map.given(uses.given) : texts.map.none) : '',
      uses.refused > 0 ? texts.map.refused(uses.refused) : '',
    ]
      .filter(Boolean)
      .join(' · ')

  function move(event: KeyboardEvent, at: Placed) {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onChoose(chosen === at.node.id ? null : at.node.id)
      return
    }
    const next = neighbour(placed, at, event.key)
    if (!next) return
    event.preventDefault()
    setStop(next.node.id)
    svg.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.node.id)}"]`)?.focus()
  }

  return (
    <figure className="map-flow">
      <div className="map-scroll">
        <svg ref={svg} viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label={texts.map.flowLabel}>
          {COLUMNS.map((place) => {
            const at = placed.find(({ node }) => node.place === place)
            const end = place === 'collection'
            return at && (
              <text key={place} className="map-head" x={end ? at.x1 : at.x0} y={14} textAnchor={end ? 'end' : 'start'}>
                {texts.map.columns[place]}
              </text>
            )
          })}
          <g>
            {drawn.map(({ link, path, width }) => (
              <path
                key={link.id}
                className="map-link"
                d={path}
                strokeWidth={width}
                data-state={stateOf(link)}
                data-lit={lit === null ? undefined : isLit(link) || reached.has(link.id)}
                onMouseEnter={() => setOver(link.id)}
                onMouseLeave={() => setOver(null)}
              />
            ))}
          </g>
          {placed.map((at) => {
            const { node, x0, x1, y0, y1 } = at
            const before = node.place === 'collection'
            const dim = lit !== null && node.id !== lit && !reached.has(node.id)
            return (
              <g
                key={node.id}
                className="map-node"
                role="button"
                tabIndex={node.id === first ? 0 : -1}
                aria-pressed={node.id === chosen}
                aria-label={`${texts.map.columns[node.place]} ${names.node(node)}: ${said(node)}`}
                data-node={node.id}
                data-state={!node.declared ? 'undeclared' : node.given > 0 ? 'used' : 'idle'}
                data-lit={lit === null ? undefined : !dim}
                onClick={() => onChoose(chosen === node.id ? null : node.id)}
                onKeyDown={(event) => move(event, at)}
                onFocus={() => {
                  setStop(node.id)
                  setOver(node.id)
                }}
                onBlur={() => setOver(null)}
                onMouseEnter={() => setOver(node.id)}
                onMouseLeave={() => setOver(null)}
              >
                <rect className="map-target" x={before ? 0 : x0} y={(y0 + y1) / 2 - 12} width={before ? x1 : 180} height={24} />
                <rect className="map-bar" x={x0} y={y0} width={x1 - x0} height={Math.max(3, y1 - y0)} rx={2} />
                <text x={before ? x0 - 8 : x1 + 8} y={(y0 + y1) / 2} dy="0.35em" textAnchor={before ? 'end' : 'start'}>
                  {names.node(node)}
                  {node.given > 0 && <tspan className="map-count"> {node.given.toLocaleString()}</tspan>}
                </text>
              </g>
            )
          })}
        </svg>
      </div>
      <figcaption className="map-said">
        <Said graph={graph} names={names} lit={lit} said={said} />
      </figcaption>
    </figure>
  )
}

/** What the node or link under the pointer or focus is. */
function Said(props: {
  graph: MapGraph
  names: Names
  lit: string | null
  said: (uses: { given: number; refused: number }) => string
}) {
  const { texts } = useAppearance()
  const { graph, names, lit, said } = props
  const nodeOf = (id: string) => graph.nodes.find((one) => one.id === id)
  const link = graph.links.find((one) => one.id === lit)
  const node = lit === null ? undefined : nodeOf(lit)
  if (link) {
    const [from, to] = [nodeOf(link.from), nodeOf(link.to)]
    const forms = Object.entries(link.forms).map(
      ([form, count]) => `${texts.map.forms[form] ?? form} ${count.toLocaleString()}`,
    )
    return (
      <>
        <strong>
          {from && names.node(from)} → {to && names.node(to)}
        </strong>{' '}
        {!link.declared && `${texts.map.notDeclared} · `}
        {said(link)}
        {forms.length > 0 && ` (${forms.join(' · ')})`}
      </>
    )
  }
  if (node) {
    return (
      <>
        <strong>{names.node(node)}</strong> {said(node)}
      </>
    )
  }
  return <>{texts.map.hint}</>
}

/** Everything that lies on a way through this node or link. */
function reachOf({ links }: MapGraph, lit: string | null): Set<string> {
  const reached = new Set<string>()
  if (lit === null) return reached
  const start = links.find(({ id }) => id === lit)
  const walk = (from: string, forward: boolean) => {
    for (const link of links.filter((one) => (forward ? one.from : one.to) === from)) {
      const next = forward ? link.to : link.from
      reached.add(link.id)
      if (reached.has(next)) continue
      reached.add(next)
      walk(next, forward)
    }
  }
  if (start) {
    reached.add(start.from)
    reached.add(start.to)
    return reached
  }
  walk(lit, true)
  walk(lit, false)
  return reached
}

/** The node that an arrow key leads to. */
function neighbour(placed: readonly Placed[], at: Placed, key: string): Placed | undefined {
  const middle = ({ y0, y1 }: Placed) => (y0 + y1) / 2
  const column = (place: Place) =>
    placed.filter(({ node }) => node.place === place).sort((one, other) => middle(one) - middle(other))
  const own = column(at.node.place)
  const index = own.findIndex(({ node }) => node.id === at.node.id)
  const across = (step: number) => {
    const place = COLUMNS[COLUMNS.indexOf(at.node.place) + step]
    if (!place) return undefined
    const away = (one: Placed) => Math.abs(middle(one) - middle(at))
    return column(place).reduce<Placed | undefined>(
      (best, one) => (best === undefined || away(one) < away(best) ? one : best),
      undefined,
    )
  }
  if (key === 'ArrowDown') return own[index + 1]
  if (key === 'ArrowUp') return own[index - 1]
  if (key === 'ArrowRight') return across(1)
  if (key === 'ArrowLeft') return across(-1)
  if (key === 'Home') return own[0]
  if (key === 'End') return own.at(-1)
  return undefined
}
