// What was said within the time looked at: by version of a notice, by channel, by how well it is proved.
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { EntryLink } from '../shared/entry-link'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { Count } from './chart'
import { gradesOf, type PurposeSummary, refusalOf, waysOf, withdrawalOf } from './model'
import { Percent } from './now'

interface Props {
  purposes: readonly PurposeSummary[]
}

export function ByNotice({ purposes }: Props) {
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const heading = useNoticeTitle()
  const t = consenting.consents
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
                {isExtra(row) ? <span>{t.noNotice}</span> : <strong>{t.version(heading(row.notice ?? '', row.version ?? 0), row.version ?? 0)}</strong>}
                <div className="note">
                  {title(row.purpose)} · <EntryLink entry={row.last_entry} />
                </div>
              </>
            ),
          },
          { key: 'given', title: consenting.turns.given, show: ({ said }) => <Count of={said.given} /> },
          { key: 'refused', title: consenting.turns.refused, show: ({ said }) => <Count of={said.refused} /> },
          { key: 'withdrawn', title: consenting.turns.withdrawn, wide: true, show: ({ said }) => <Count of={said.withdrawn} /> },
          { key: 'refusal', title: t.refusalRate, show: ({ said }) => <Percent rate={refusalOf(said)} /> },
          { key: 'withdrawal', title: t.withdrawalRate, wide: true, show: ({ said }) => <Percent rate={withdrawalOf(said)} /> },
        ]}
      />
    </Panel>
  )
}

/** What a notice is headed, in the language of the page; its name until that is known. */
function useNoticeTitle(): (name: string, version: number) => string {
  const { language } = useAppearance()
  const notices = useQuery({
    queryKey: ['notices', 'titles', language],
    queryFn: async () => (await answer(api.GET('/api/v1/notices'))).notices,
    staleTime: 5 * 60_000,
    retry: false,
  })
  return (name, version) => {
    const own = notices.data?.filter((one) => one.name === name) ?? []
    return (own.find((one) => one.version === version) ?? own[0])?.title ?? name
  }
}

export function ByWay({ purposes }: Props) {
  const consenting = useConsenting()
  const t = consenting.consents
  const rows = waysOf(purposes)
  return (
    <Panel title={t.byWay} note={t.inRange} flush>
      <Table<(typeof rows)[number]>
        label={t.byWay}
        empty={t.nothingSaid}
        keyOf={({ through }) => through}
        rows={rows}
        columns={[
          {
            key: 'way',
            title: t.way,
            show: ({ through, last }) => (
              <>
                {consenting.ways[through] ?? through}
                <div className="note">
                  <EntryLink entry={last} />
                </div>
              </>
            ),
          },
          { key: 'given', title: consenting.turns.given, show: ({ said }) => <Count of={said.given} /> },
          { key: 'refused', title: consenting.turns.refused, show: ({ said }) => <Count of={said.refused} /> },
          { key: 'withdrawn', title: consenting.turns.withdrawn, show: ({ said }) => <Count of={said.withdrawn} /> },
          { key: 'refusal', title: t.refusalRate, wide: true, show: ({ said }) => <Percent rate={refusalOf(said)} /> },
        ]}
      />
    </Panel>
  )
}

export function Grades({ purposes }: Props) {
  const consenting = useConsenting()
  const t = consenting.consents
  const rows = gradesOf(purposes)
  return (
    <Panel title={t.grades} note={t.gradesNote} flush>
      <Table<(typeof rows)[number]>
        label={t.grades}
        empty={t.nothingSaid}
        keyOf={({ grade }) => grade}
        rows={rows}
        columns={[
          {
            key: 'grade',
            title: t.grade,
            show: ({ grade }) => <span className={`chip chip-${GRADE_TONE[grade] ?? 'cool'}`}>{consenting.grades[grade] ?? grade}</span>,
          },
          { key: 'given', title: consenting.turns.given, show: ({ given }) => <Count of={given} /> },
          { key: 'opens', title: t.opens, wide: true, show: ({ grade }) => <span className="note">{t.opensOf[grade] ?? ''}</span> },
          { key: 'entry', title: t.lastEntry, wide: true, end: true, show: ({ last }) => <EntryLink entry={last} /> },
        ]}
      />
    </Panel>
  )
}

const GRADE_TONE: Record<string, string> = { proved: 'ok', partial: 'cool', unproven: 'warm' }
