// The picture of lag: a bar a system on one logarithmic scale, with the two moments at which somebody is told of it.
// The list below it says the same in numbers.
import { Panel } from '../shared/page'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { type Downstream, placeOf, toneOf } from './model'

const TICKS = [1, 60, 900, 14_400, 86_400]

export function LagPicture({ systems }: { systems: readonly Downstream[] }) {
  const { texts } = useAppearance()
  const consenting = useConsenting()
  const t = consenting.downstreams
  if (systems.length === 0) return null
  return (
    <Panel title={t.picture} note={t.pictureNote}>
      <div className="lag" role="img" aria-label={t.pictureLabel}>
        {systems.map((one) => (
          <div key={one.name} className="lag-row">
            <span className="lag-name">{one.name}</span>
            <div className="lag-track">
              <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden>
                {TICKS.map((tick) => (
                  <line key={tick} className={tick === 900 || tick === 14_400 ? 'lag-line' : 'lag-tick'} x1={placeOf(tick) * 100} x2={placeOf(tick) * 100} y1="0" y2="12" />
                ))}
                <rect className={`lag-bar lag-${toneOf(one.oldest_seconds)}`} y="2" height="8" width={one.behind > 0 ? Math.max(0.6, placeOf(one.oldest_seconds) * 100) : 0} />
              </svg>
            </div>
            <span className={`lag-value ${one.behind > 0 ? `tone-${toneOf(one.oldest_seconds)}` : 'tone-ok'}`}>
              {one.behind > 0 ? texts.people.due.span(one.oldest_seconds) : t.noLag}
            </span>
          </div>
        ))}
        <div className="lag-row lag-scale" aria-hidden>
          <span />
          <Scale />
          <span />
        </div>
      </div>
    </Panel>
  )
}

/** The names of the ticks; where somebody is told is said with them. */
function Scale() {
  const consenting = useConsenting()
  const t = consenting.downstreams
  return (
    <svg className="lag-names" width="100%" height="30">
      {TICKS.map((tick) => {
        const note = t.tickNotes[tick]
        const anchor = tick === TICKS.at(-1) ? 'end' : 'middle'
        return (
          <text key={tick} x={`${placeOf(tick) * 100}%`} y="11" textAnchor={anchor}>
            {t.ticks[tick]}
            {note && (
              <tspan x={`${placeOf(tick) * 100}%`} dy="14">
                {note}
              </tspan>
            )}
          </text>
        )
      })}
    </svg>
  )
}
