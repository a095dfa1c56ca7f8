// Bands stacked over time. The picture can be walked by keys; the table below it says the same in numbers.
import { type KeyboardEvent, useMemo, useRef } from 'react'
import { ceiling, CHINA, useWidth } from '../shared/chart'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { type Blurred, levelsOf, type Series, valueAt } from './model'

const BOX = { left: 46, right: 12, top: 10, bottom: 24, height: 260 }

export interface Band extends Series {
  label: string
  /** Which colour, of `consents.css`. */
  colour: string
}

interface Props {
  label: string
  bands: readonly Band[]
  begins: readonly string[]
  /** The period that is told beside the picture. */
  at: number
  onAt: (at: number) => void
}

export function StackedAreas({ label, bands, begins, at, onAt }: Props) {
  const { texts } = useAppearance()
  const consenting = useConsenting()
  const holder = useRef<HTMLDivElement>(null)
  const width = useWidth(holder)
  const levels = useMemo(() => levelsOf(bands), [bands])
  const most = ceiling(Math.max(1, ...(levels.at(-1) ?? [])))
  const floor = BOX.height - BOX.bottom
  const last = Math.max(1, begins.length - 1)
  const x = (period: number) => BOX.left + (begins.length < 2 ? 0.5 : period / last) * (width - BOX.left - BOX.right)
  const y = (count: number) => floor - (count / most) * (floor - BOX.top)
  const shape = dayShape(texts.languageTag)
  // As many dates as there is room for.
  const step = Math.max(1, Math.ceil(begins.length / Math.max(2, Math.floor(width / 84))))

  function walk(event: KeyboardEvent) {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: begins.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    onAt(Math.max(0, Math.min(begins.length - 1, to)))
  }
  function follow({ clientX, currentTarget }: { clientX: number; currentTarget: SVGSVGElement }) {
    const over = clientX - currentTarget.getBoundingClientRect().left - BOX.left
    const period = Math.round((over / (width - BOX.left - BOX.right)) * (begins.length - 1))
    onAt(Math.max(0, Math.min(begins.length - 1, period)))
  }
  const said = bands.map(({ label, values }) => `${label} ${consenting.count(valueAt(values, at))}`).join(' · ')
  return (
    <div ref={holder} className="stacked">
      <svg
        width={width}
        height={BOX.height}
        viewBox={`0 0 ${width} ${BOX.height}`}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={begins.length - 1}
        aria-valuenow={at}
        aria-valuetext={`${shape.format(new Date(begins[at] ?? 0))}: ${said}`}
        onKeyDown={walk}
        onPointerMove={follow}
        onPointerDown={follow}
      >
        {[0, most / 2, most].map((tick) => (
          <g key={tick} className="stacked-tick">
            <line x1={BOX.left} x2={width - BOX.right} y1={y(tick)} y2={y(tick)} />
            <text x={BOX.left - 8} y={y(tick) + 4} textAnchor="end">
              {tick.toLocaleString()}
            </text>
          </g>
        ))}
        {bands.map(({ key, colour }, band) => (
          <polygon key={key} className="stacked-band" data-colour={colour} points={outline(levels, band, x, y, width)} />
        ))}
        <line className="stacked-at" x1={x(at)} x2={x(at)} y1={BOX.top} y2={floor} />
        {begins.map((begin, period) => {
          const isLast = period === begins.length - 1
          const isNamed = isLast || (period % step === 0 && period <= begins.length - 1 - step / 2)
          const anchor = begins.length < 2 ? 'middle' : isLast ? 'end' : period === 0 ? 'start' : 'middle'
          return (
            isNamed && (
              <text key={begin} x={x(period)} y={BOX.height - 6} textAnchor={anchor}>
                {shape.format(new Date(begin))}
              </text>
            )
          )
        })}
      </svg>
    </div>
  )
}

/** The corners of a band: along its top, and back along that of the one below. A single period is a bar. */
function outline(
  levels: readonly number[][],
  band: number,
  x: (period: number) => number,
  y: (count: number) => number,
  width: number,
): string {
  const top = levels[band] ?? []
  const below = levels[band - 1] ?? top.map(() => 0)
  const corner = (across: number, count: number) => `${across.toFixed(1)},${y(count).toFixed(1)}`
  if (top.length === 1) {
    const half = Math.min(40, width / 8)
    const [from, to] = [x(0) - half, x(0) + half]
    return [corner(from, below[0] ?? 0), corner(from, top[0] ?? 0), corner(to, top[0] ?? 0), corner(to, below[0] ?? 0)].join(' ')
  }
  const there = top.map((count, period) => corner(x(period), count))
  const back = below.map((count, period) => corner(x(period), count)).reverse()
  return [...there, ...back].join(' ')
}

/** What each band is called, with its number in the period that is looked at. */
export function Legend({ bands, at }: { bands: readonly Band[]; at: number }) {
  const consenting = useConsenting()
  return (
    <ul className="stacked-legend">
      {[...bands].reverse().map(({ key, label, colour, values }) => (
        <li key={key} data-colour={colour}>
          <span>{label}</span>
          <strong>{consenting.count(valueAt(values, at))}</strong>
        </li>
      ))}
    </ul>
  )
}

export const dayShape = (language: string) =>
  new Intl.DateTimeFormat(language, { month: 'numeric', day: 'numeric', timeZone: CHINA })

/** A number with its zero, small and cut forms alike. */
export function Count({ of }: { of: Blurred }) {
  const consenting = useConsenting()
  return <span className={of === 0 ? 'count-none' : 'count'}>{consenting.count(of)}</span>
}
