// The picture's twin: every number of every period, newest first.
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { usePurposeTitle } from '../api/register'
import { Count, dayShape } from './chart'
import { allOf, type Counts, type Summary, TURNS, type View } from './model'

export function PeriodTable({ summary, view }: { summary: Summary; view: View }) {
  const { texts } = useAppearance()
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const t = consenting.consents
  const of = view.said ? 'said' : 'stands'
  const shown = summary.purposes.filter(({ purpose }) => !view.purpose || purpose === view.purpose)
  const shape = dayShape(texts.languageTag)
  const rows = summary.begins
    .flatMap((begin, at) => shown.map(({ purpose, periods }) => ({ begin, purpose, counts: periods[at]?.[of] })))
    .filter((row): row is { begin: string; purpose: string; counts: Counts } => row.counts !== undefined && allOf(row.counts) !== 0)
    .reverse()
  if (rows.length === 0) return <p className="note">{t.empty}</p>
  return (
    <div className="consents-scroll" role="region" aria-label={t.table} tabIndex={0}>
      <table className="table consents-table" aria-label={t.table}>
        <thead>
          <tr>
            <th scope="col">{summary.step === 'week' ? t.week : t.day}</th>
            <th scope="col">{t.purpose}</th>
            {TURNS.map((turn) => (
              <th key={turn} scope="col" className="number">
                {consenting.turns[turn]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ begin, purpose, counts }) => (
            <tr key={`${begin} ${purpose}`}>
              <th scope="row">{shape.format(new Date(begin))}</th>
              <td>{title(purpose)}</td>
              {TURNS.map((turn) => (
                <td key={turn} className="number">
                  <Count of={counts[turn]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
