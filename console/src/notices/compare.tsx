// What two texts of a notice differ in: each change with its class, and below it every sentence, side by side.
import { CheckCircleFilled, WarningFilled } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Select, Skeleton } from 'antd'
import { answer, api } from '../api/client'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { useParagraphs } from './data'
import { ChangeList, KindChip } from './marks'
import { type Bound, type Change, changesOf, type Compared, compare, kindOf, middleOf, type Paragraph, type Row } from './model'
import { useWords } from './words'

interface Props {
  name: string
  from: number
  to: number
  versions: readonly number[]
  bound: Bound
  onChange: (from: number, to: number) => void
  onClose: () => void
}

/** Two published versions. */
export function Difference({ name, from, to, versions, bound, onChange, onClose }: Props) {
  const { language } = useAppearance()
  const words = useWords().compare
  const nth = useWords().version
  const found = useQuery({
    queryKey: ['notices', 'difference', name, from, to, language],
    queryFn: () =>
      answer(api.GET('/api/v1/notices/{name}/differences', { params: { path: { name }, query: { from, to } } })),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const before = useParagraphs(name, from, language)
  const after = useParagraphs(name, to, language)
  const error = found.error ?? before.error ?? after.error
  const again = () => void Promise.all([found.refetch(), before.refetch(), after.refetch()])
  const options = versions.map((value) => ({ value, label: nth(value) }))
  return (
    <Panel
      title={words.title(from, to)}
      note={found.data && words.counts(found.data.changes.length)}
      extra={
        <div className="buttons">
          <Select size="small" aria-label={words.from} value={from} options={options} onChange={(value) => onChange(value, to)} />
          <span aria-hidden>→</span>
          <Select size="small" aria-label={words.to} value={to} options={options} onChange={(value) => onChange(from, value)} />
          <Button size="small" onClick={onClose}>
            {words.close}
          </Button>
        </div>
      }
    >
      {error && <ProblemNote error={error} onRetry={again} />}
      {!error && !(found.data && before.data && after.data) && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
      {found.data && before.data && after.data && (
        <div className="stack">
          <Verdict widens={found.data.widens} />
          <ChangeList changes={found.data.changes} />
          <Sentences before={before.data} after={after.data} changes={found.data.changes} bound={bound} />
        </div>
      )}
    </Panel>
  )
}

export function Verdict({ widens }: { widens: boolean }) {
  const words = useWords().compare
  return (
    <p className="verdict-line">
      {widens ? <WarningFilled className="tone-hot" aria-hidden /> : <CheckCircleFilled className="tone-ok" aria-hidden />}
      <strong>{widens ? words.widens : words.narrow}</strong>
    </p>
  )
}

interface Texts {
  before: readonly Paragraph[]
  after: readonly Paragraph[]
  changes: readonly Change[]
  /** What tells which heading is which purpose's. */
  bound: Pick<Bound, 'purposes'>
}

/** Each part that differs: on wide screens both texts beside each other, on narrow ones one below the other. */
export function Sentences({ before, after, changes, bound }: Texts) {
  const { pick } = useAppearance()
  const words = useWords().compare
  const purposes = new Map(bound.purposes.map(({ title, name }) => [pick(title), name]))
  const parts = compare(before, after).filter(({ rows, whole }) => whole || rows.some(({ sign }) => sign !== ' '))
  if (parts.length === 0) return <p className="note">{words.nothing}</p>
  return (
    <section className="sentences" aria-label={words.sentences}>
      <div className="sentences-head">
        <h3>{words.sentences}</h3>
        <span className="note">{words.sentencesNote}</span>
      </div>
      <div className="sentences-columns note" aria-hidden>
        <span>{words.before}</span>
        <span>{words.after}</span>
      </div>
      {parts.map((part) => (
        <Part key={`${part.kind} ${part.title}`} part={part} own={changesOf(part, changes, purposes)} />
      ))}
    </section>
  )
}

function Part({ part, own }: { part: Compared; own: readonly Change[] }) {
  const words = useWords().compare
  const same = part.rows.filter(({ sign }) => sign === ' ').length
  return (
    <div className="sentences-part">
      <h4>
        {part.kind === 'title' ? words.head : part.title}
        {part.whole === 'added' && <span className="chip chip-ok">{words.wholeAdded}</span>}
        {part.whole === 'removed' && <span className="chip chip-hot">{words.wholeRemoved}</span>}
        {same > 0 && <span className="note">{words.same(same)}</span>}
      </h4>
      {part.rows.map((row, at) =>
        row.sign === ' ' ? null : <Pair key={`${at} ${row.before}`} row={row} kind={kindOf(row, part, own)} />,
      )}
    </div>
  )
}

function Pair({ row, kind }: { row: Row; kind: string }) {
  const words = useWords().compare
  const said = { '+': words.added, '-': words.removed, '~': words.changed, ' ': '' }[row.sign]
  const { head, one, other, tail } = middleOf(row.before, row.after)
  const whole = row.sign !== '~'
  return (
    <div className="pair">
      <div className="pair-kind">
        <KindChip kind={kind} />
        <span className="note">{said}</span>
      </div>
      <div className="pair-before">
        {row.before !== '' && (
          <>
            <span className="sr-only">{words.before}: </span>
            {whole ? <del>{row.before}</del> : <>{head}{one && <del>{one}</del>}{tail}</>}
          </>
        )}
      </div>
      <div className="pair-after">
        {row.after !== '' && (
          <>
            <span className="sr-only">{words.after}: </span>
            {whole ? <ins>{row.after}</ins> : <>{head}{other && <ins>{other}</ins>}{tail}</>}
          </>
        )}
      </div>
    </div>
  )
}
