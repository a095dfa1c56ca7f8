// What a publication would stop and who would have to be asked again: figures, bars, and the same as a table.
import { Tag } from 'antd'
import { useTitles } from '../approvals/titles'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { KindChip } from './marks'
import type { Change } from './model'
import { useWords } from './words'

export interface Effect {
  purpose: string
  title: string
  asks_again: boolean
  closed: string[]
  /** People; not told where there are one to nine. */
  covered_before?: number | null
  covered_after?: number | null
  reads: number
  reads_a_day: number
}

export interface Simulated {
  days: number
  entries: number
  looked_at: number
  reads_a_day: number
  purposes: readonly Effect[]
}

export function Simulation({ found, changes }: { found: Simulated; changes: readonly Change[] }) {
  const { texts } = useAppearance()
  const words = useWords().plan
  const people = usePeople()
  const { purposes } = found
  const again = purposes.filter(({ asks_again }) => asks_again)
  return (
    <div className="stack">
      <div className="figures notice-figures">
        <div>
          <strong>{found.reads_a_day.toLocaleString(texts.languageTag)}</strong>
          <span>
            {words.readsADay} · {words.readsNote(found.days)}
          </span>
        </div>
        <div>
          <strong>{again.length === 0 ? words.nobody : again.map((one) => people(one.covered_before)).join(' + ')}</strong>
          <span>{words.askAgain}</span>
        </div>
        <div>
          <strong>{purposes.length}</strong>
          <span>{words.purposesCount}</span>
        </div>
      </div>
      {purposes.length === 0 ? (
        <p className="note">{words.noEffects}</p>
      ) : (
        <>
          <h3>{words.effects}</h3>
          <Bars purposes={purposes} />
          <EffectTable purposes={purposes} />
        </>
      )}
      <p className="note">
        {found.looked_at < found.entries ? words.sampled(found.looked_at, found.entries) : words.whole(found.entries)}
      </p>
      <Uncovered purposes={purposes} changes={changes} />
    </div>
  )
}

function usePeople() {
  const words = useWords().plan
  return (count: number | null | undefined) => (count == null ? words.few : count === 0 ? words.nobody : words.people(count))
}

/** A bar a purpose; the table below has the same numbers. */
function Bars({ purposes }: { purposes: readonly Effect[] }) {
  const words = useWords().plan
  const most = Math.max(...purposes.map(({ reads_a_day }) => reads_a_day))
  if (most === 0) return <p className="note">{words.stopsNothing}</p>
  return (
    <ul className="bars">
      {purposes.map(({ purpose, title, reads_a_day }) => (
        <li key={purpose}>
          <span>
            {title} <strong>{words.perDay(reads_a_day)}</strong>
          </span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
            <rect className="bars-back" width="100" height="8" />
            <rect className="fill-stop" width={(reads_a_day / most) * 100} height="8" />
          </svg>
        </li>
      ))}
    </ul>
  )
}

function EffectTable({ purposes }: { purposes: readonly Effect[] }) {
  const { texts } = useAppearance()
  const words = useWords().plan
  const people = usePeople()
  return (
    <Table<Effect>
      label={words.effects}
      empty={words.noEffects}
      rows={purposes}
      keyOf={({ purpose }) => purpose}
      columns={[
        { key: 'purpose', title: words.columns.purpose, show: ({ title }) => title },
        { key: 'reads', title: words.columns.reads, show: (one) => one.reads_a_day.toLocaleString(texts.languageTag) },
        { key: 'before', title: words.columns.before, show: (one) => people(one.covered_before) },
        { key: 'after', title: words.columns.after, show: (one) => people(one.covered_after) },
        {
          key: 'again',
          title: words.columns.again,
          show: (one) => (one.asks_again ? <Tag color="error">{words.yes}</Tag> : <Tag color="success">{words.no}</Tag>),
        },
      ]}
    />
  )
}

/** For each purpose that must be asked about again, or loses fields: what was agreed to no longer takes in what. */
function Uncovered({ purposes, changes }: { purposes: readonly Effect[]; changes: readonly Change[] }) {
  const words = useWords().plan
  const register = useTitles()
  const concerned = purposes.filter(({ asks_again, closed }) => asks_again || closed.length > 0)
  if (concerned.length === 0) return null
  return (
    <div>
      <h3>{words.uncovered}</h3>
      <dl className="uncovered">
        {concerned.map(({ purpose, title, asks_again, closed }) => (
          <div key={purpose}>
            <dt>{title}</dt>
            <dd>
              <ul>
                {asks_again &&
                  changes
                    .filter((one) => one.kind === 'widening' && one.purpose === purpose)
                    .map(({ text }) => (
                      <li key={text}>
                        <KindChip kind="widening" /> {text}
                      </li>
                    ))}
                {closed.length > 0 && <li>{words.closed(closed.map(register.field).join(' · '))}</li>}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
