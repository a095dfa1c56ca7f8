// What was said within the time looked at: by version of a notice, by channel, by how well it is proved.
import { usePurposeTitle } from '../api/register'
import { EntryLink } from '../shared/entry-link'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { Count } from './chart'
import { allOf, drawn, type PurposeSummary, refusalOf, withdrawalOf } from './model'
import { Percent } from './now'

interface Props {
  purposes: readonly PurposeSummary[]
}

export function ByNotice({ purposes }: Props) {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.consenting.consents
  const rows = purposes.flatMap(({ purpose, notices }) => notices.map((one) => ({ purpose, ...one })))
  const isExtra = (row: (typeof rows)[number]) => row.notice === undefined || row.notice === null
  // The newest version first; what was said without any notice last.
  rows.sort((one, other) => Number(isExtra(one)) - Number(isExtra(other)) || (other.version ?? 0) - (one.version ?? 0))
  return (
    <Panel title={t.byNotice} note={t.inRange} flush>
      <Table<(typeof rows)[number]>
        label={t.byNotice}
        empty={t.nothingSaid}
        keyOf={(row) => `${row.purpose} ${row.notice} ${row.version}`}
        rows={rows}
        columns={[
          {
            key: 'notice',
            title: t.notice,
            show: (row) => (
              <>
                {isExtra(row) ? <span>{t.noNotice}</span> : <strong>{t.version(row.notice ?? '', row.version ?? 0)}</strong>}
                <div className="note">{title(row.purpose)}</div>
              </>
            ),
          },
          { key: 'given', title: texts.consenting.turns.given, show: ({ said }) => <Count of={said.given} /> },
          { key: 'refused', title: texts.consenting.turns.refused, show: ({ said }) => <Count of={said.refused} /> },
          { key: 'withdrawn', title: texts.consenting.turns.withdrawn, wide: true, show: ({ said }) => <Count of={said.withdrawn} /> },
          { key: 'refusal', title: t.refusalRate, show: ({ said }) => <Percent rate={refusalOf(said)} /> },
          { key: 'withdrawal', title: t.withdrawalRate, wide: true, show: ({ said }) => <Percent rate={withdrawalOf(said)} /> },
          { key: 'entry', title: t.lastEntry, wide: true, end: true, show: ({ last_entry }) => <EntryLink entry={last_entry} /> },
        ]}
      />
    </Panel>
  )
}

export function ByWay({ purposes }: Props) {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.consenting.consents
  const rows = purposes
    .flatMap(({ purpose, ways }) => ways.map((one) => ({ purpose, ...one })))
    .filter(({ through }) => through !== 'system')
    .sort((one, other) => drawn(allOf(other.said)) - drawn(allOf(one.said)))
  return (
    <Panel title={t.byWay} note={t.inRange} flush>
      <Table<(typeof rows)[number]>
        label={t.byWay}
        empty={t.nothingSaid}
        keyOf={(row) => `${row.purpose} ${row.through}`}
        rows={rows}
        columns={[
          {
            key: 'way',
            title: t.way,
            show: ({ through, purpose }) => (
              <>
                {texts.consenting.ways[through] ?? through}
                <div className="note">{title(purpose)}</div>
              </>
            ),
          },
          { key: 'given', title: texts.consenting.turns.given, show: ({ said }) => <Count of={said.given} /> },
          { key: 'refused', title: texts.consenting.turns.refused, show: ({ said }) => <Count of={said.refused} /> },
          { key: 'withdrawn', title: texts.consenting.turns.withdrawn, show: ({ said }) => <Count of={said.withdrawn} /> },
          { key: 'refusal', title: t.refusalRate, wide: true, show: ({ said }) => <Percent rate={refusalOf(said)} /> },
        ]}
      />
    </Panel>
  )
}

export function Grades({ purposes }: Props) {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.consenting.consents
  const rows = purposes.flatMap(({ purpose, grades }) => grades.map((one) => ({ purpose, ...one })))
  return (
    <Panel title={t.grades} note={t.gradesNote} flush>
      <Table<(typeof rows)[number]>
        label={t.grades}
        empty={t.nothingSaid}
        keyOf={(row) => `${row.purpose} ${row.grade}`}
        rows={rows}
        columns={[
          {
            key: 'grade',
            title: t.grade,
            show: ({ grade, purpose }) => (
              <>
                <span className={`chip chip-${GRADE_TONE[grade] ?? 'cool'}`}>{texts.consenting.grades[grade] ?? grade}</span>
                <div className="note">{title(purpose)}</div>
              </>
            ),
          },
          { key: 'given', title: texts.consenting.turns.given, show: ({ given }) => <Count of={given} /> },
          { key: 'opens', title: t.opens, wide: true, show: ({ grade }) => <span className="note">{t.opensOf[grade] ?? ''}</span> },
          { key: 'entry', title: t.lastEntry, wide: true, end: true, show: ({ last_entry }) => <EntryLink entry={last_entry} /> },
        ]}
      />
    </Panel>
  )
}

const GRADE_TONE: Record<string, string> = { proved: 'ok', partial: 'cool', unproven: 'warm' }
