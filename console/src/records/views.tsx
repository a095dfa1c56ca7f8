// How often a record was looked at in the last 30 days, as lines; with the same numbers as a table.
import { useRef } from 'react'
import type { Overview } from '../api/client'
import { ceiling, useWidth } from '../shared/chart'
import { Panel } from '../shared/page'
import { useAppearance } from '../texts'

type Counted = Overview['days'][number]

const DAYS = 30
const DAY = 24 * 60 * 60 * 1000
const CHINA = 'Asia/Shanghai'
const BOX = { left: 28, right: 8, top: 8, bottom: 20, height: 168 }

/** Every one of the last 30 days in China, oldest first; those without a look have none. */
export function daysOf(counted: readonly Counted[], now: number) {
  const today = Math.floor((now + 8 * 3600_000) / DAY)
  const known = new Map(counted.map((one) => [Math.round((Date.parse(one.begins) + 8 * 3600_000) / DAY), one]))
  return Array.from({ length: DAYS }, (_, at) => {
    const day = today - DAYS + 1 + at
    const one = known.get(day)
    return {
      at: day * DAY - 8 * 3600_000,
      masked: one?.masked ?? 0,
      clear: one?.clear ?? 0,
      refused: one?.refused ?? 0,
    }
  })
}

type Day = ReturnType<typeof daysOf>[number]

export function Views({ overview }: { overview: Overview }) {
  const { texts } = useAppearance()
  const words = texts.dossier.views
  const days = daysOf(overview.days, Date.now())
  const sum = (of: (day: Day) => number) => days.reduce((all, day) => all + of(day), 0)
  const shape = new Intl.DateTimeFormat(texts.languageTag, { month: 'numeric', day: 'numeric', timeZone: CHINA })
  const begins = days[0]?.at ?? 0
  const looks = days.filter(({ masked, clear, refused }) => masked + clear + refused > 0)
  return (
    <Panel
      title={words.title}
      note={words.note}
      extra={
        <span className="legend">
          <span className="legend-opened">{words.opened}</span>
          <span className="legend-clear">{words.clear}</span>
        </span>
      }
    >
      <figure className="views">
        <Chart days={days} shape={shape} />
        <figcaption className="note">
          {words.sum(sum((day) => day.masked + day.clear), sum((day) => day.clear))}
          {Date.parse(overview.since) > begins && <> · {words.since(shape.format(new Date(overview.since)))}</>}
        </figcaption>
      </figure>
      <details className="fold fold-plain">
        <summary>{words.table}</summary>
        {looks.length === 0 ? (
          <p className="note">{words.none}</p>
        ) : (
          <table className="table table-small" aria-label={words.title}>
            <thead>
              <tr>
                {[words.day, words.opened, words.clear, words.refused].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {looks.toReversed().map((day) => (
                <tr key={day.at}>
                  <th scope="row">{shape.format(new Date(day.at))}</th>
                  <td>{day.masked + day.clear}</td>
                  <td>{day.clear}</td>
                  <td>{day.refused}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </details>
    </Panel>
  )
}

function Chart({ days, shape }: { days: readonly Day[]; shape: Intl.DateTimeFormat }) {
  const holder = useRef<HTMLDivElement>(null)
  const width = useWidth(holder)
  const most = ceiling(Math.max(1, ...days.map(({ masked, clear }) => masked + clear)))
  const floor = BOX.height - BOX.bottom
  const x = (at: number) => BOX.left + (at / (DAYS - 1)) * (width - BOX.left - BOX.right)
  const y = (count: number) => floor - (count / most) * (floor - BOX.top)
  const line = (of: (day: Day) => number) => days.map((day, at) => `${x(at).toFixed(1)},${y(of(day)).toFixed(1)}`).join(' ')
  const clear = line((day) => day.clear)
  // As many dates as there is room for.
  const step = Math.ceil(DAYS / Math.max(2, Math.floor(width / 72)))
  return (
    <div ref={holder} className="chart">
      <svg width={width} height={BOX.height} viewBox={`0 0 ${width} ${BOX.height}`} aria-hidden>
        {[0, most / 2, most].map((tick) => (
          <g key={tick}>
            <line x1={BOX.left} x2={width - BOX.right} y1={y(tick)} y2={y(tick)} />
            <text x={BOX.left - 6} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        <polygon className="area-clear" points={`${x(0)},${floor} ${clear} ${x(DAYS - 1)},${floor}`} />
        <polyline className="line-opened" points={line(({ masked, clear }) => masked + clear)} />
        <polyline className="line-clear" points={clear} />
        {days.map((day, at) => {
          const last = at === DAYS - 1
          // The last day is named; whatever would run into it is not.
          const named = last || (at % step === 0 && at <= DAYS - 1 - step / 2)
          return (
            named && (
              <text key={day.at} x={x(at)} y={BOX.height - 4} textAnchor={last ? 'end' : at === 0 ? 'start' : 'middle'}>
                {shape.format(new Date(day.at))}
              </text>
            )
          )
        })}
      </svg>
    </div>
  )
}
