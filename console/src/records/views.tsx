// How often a record was looked at in the last 30 days: bars, with the same numbers as a table for whoever
// does not see them.
import type { Schemas } from '../api/client'
import { useAppearance } from '../texts'

const DAYS = 30
const DAY = 24 * 60 * 60 * 1000
const [WIDTH, HEIGHT, FOOT] = [540, 84, 16]

/** Per day, oldest first: reads in all, and those that revealed something. */
export function perDay(entries: readonly Schemas['LedgerEntry'][], now: number) {
  const midnight = new Date(now).setHours(24, 0, 0, 0)
  const days = Array.from({ length: DAYS }, (_, at) => ({
    day: new Date(midnight - (DAYS - at) * DAY),
    masked: 0,
    clear: 0,
  }))
  for (const { at, kind } of entries) {
    const day = days[DAYS - 1 - Math.floor((midnight - 1 - Date.parse(at)) / DAY)]
    if (day && kind === 'read') day.masked += 1
    if (day && kind === 'reveal') day.clear += 1
  }
  return days
}

export function Views({ entries }: { entries: readonly Schemas['LedgerEntry'][] }) {
  const { texts, language } = useAppearance()
  const days = perDay(entries, Date.now())
  const most = Math.max(1, ...days.map(({ masked, clear }) => masked + clear))
  const step = WIDTH / DAYS
  const tall = (count: number) => (count / most) * (HEIGHT - FOOT - 4)
  const shape = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { month: 'numeric', day: 'numeric' })
  const seen = days.filter(({ masked, clear }) => masked + clear > 0)
  return (
    <figure className="views">
      <figcaption>
        <span>{texts.record.views}</span>
        <span className="key key-masked">{texts.record.viewsMasked}</span>
        <span className="key key-clear">{texts.record.viewsClear}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <line x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {days.map(({ day, masked, clear }, at) => (
          <g key={day.getTime()}>
            <rect
              className="bar-clear"
              x={at * step + 2}
              width={step - 4}
              y={HEIGHT - FOOT - tall(clear)}
              height={tall(clear)}
            />
            <rect
              className="bar-masked"
              x={at * step + 2}
              width={step - 4}
              y={HEIGHT - FOOT - tall(clear) - tall(masked)}
              height={tall(masked)}
            />
            {at % 7 === 1 && (
              <text x={at * step + step / 2} y={HEIGHT - 3} textAnchor="middle">
                {shape.format(day)}
              </text>
            )}
          </g>
        ))}
      </svg>
      <table className="sr-only">
        <caption>{texts.record.views}</caption>
        <tbody>
          {seen.map(({ day, masked, clear }) => (
            <tr key={day.getTime()}>
              <th scope="row">{shape.format(day)}</th>
              <td>
                {texts.record.viewsMasked} {masked}
              </td>
              <td>
                {texts.record.viewsClear} {clear}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
