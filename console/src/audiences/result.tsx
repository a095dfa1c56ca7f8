// What was answered: how many may be reached, why not the others, and the ids as a file. It grows old by the minute.
import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button, Empty } from 'antd'
import { usePurposeTitle } from '../api/register'
import { useNow } from '../shared/due'
import { EntryLink } from '../shared/entry-link'
import { Panel } from '../shared/page'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import type { Asked } from './ask'
import { csvOf, leftOf, type Result, STALE, whysOf } from './model'

interface Props {
  asked: Asked | null
  result: Result | null
  busy: boolean
  onAgain: () => void
  onClear: () => void
}

export function ResultPanel({ asked, result, busy, onAgain, onClear }: Props) {
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const t = consenting.audiences
  if (!asked || !result) {
    return (
      <Panel title={t.result}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.empty} />
      </Panel>
    )
  }
  const channel = asked.channel ? (t.channels[asked.channel] ?? asked.channel) : t.anyChannel
  return (
    <Panel title={t.result} note={`${title(asked.purpose)} · ${channel}`} extra={<Button onClick={onClear}>{t.clear}</Button>}>
      <Answered asked={asked} result={result} busy={busy} onAgain={onAgain} />
    </Panel>
  )
}

function Answered({ asked, result, busy, onAgain }: { asked: Asked; result: Result; busy: boolean; onAgain: () => void }) {
  const { texts, moment } = useAppearance()
  const consenting = useConsenting()
  const now = useNow(5_000)
  const t = consenting.audiences
  const age = Math.max(0, now - result.at)
  const [first, last] = result.entries
  const agree = result.members.length
  const left = leftOf(result)
  const limited = result.members.filter(({ most_per_month }) => most_per_month != null).length
  const isOver = !busy && result.isWhole
  const isStale = age > STALE
  return (
    <div className="stack">
      {!busy && !result.isWhole && <Alert type="warning" showIcon title={t.stopped} />}
      {isOver && isStale && <Alert type="warning" showIcon title={t.stale} />}
      <dl className="audience-sums">
        <Sum name={t.asked} count={agree + left} />
        <Sum name={t.agree} count={agree} tone="ok" />
        <Sum name={t.left} count={left} />
      </dl>
      <Parts agree={agree} result={result} />
      <p className="note">
        {t.at(moment(new Date(result.at).toISOString()))} · {age < 60_000 ? t.justNow : t.fresh(texts.people.due.span(age / 1000))} · {t.entries}:{' '}
        <EntryLink entry={first} />
        {last !== first && (
          <>
            {' – '}
            <EntryLink entry={last} />
          </>
        )}
      </p>
      <div className="acts">
        <Button
          type="primary"
          icon={<DownloadOutlined aria-hidden />}
          disabled={!isOver || isStale || agree === 0}
          onClick={() => save(new Blob([csvOf(result)], { type: 'text/csv' }), fileName(t.file, asked, result))}
        >
          {t.download}
        </Button>
        <Button loading={busy} onClick={onAgain}>
          {t.again}
        </Button>
      </div>
      <p className="note">
        {t.downloadNote}
        {limited > 0 && ` ${t.limited(limited)}`}
      </p>
    </div>
  )
}

/** The purpose, the channel and the moment: whoever finds the file later sees how old it is. */
function fileName(word: string, { purpose, channel }: Asked, { at }: Result): string {
  const moment = new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, '')
  return [word, purpose, channel, moment].filter(Boolean).join('-') + 'Z.csv'
}

function Sum({ name, count, tone }: { name: string; count: number; tone?: 'ok' }) {
  return (
    <div className={tone ? `tone-${tone}` : undefined}>
      <dt>{name}</dt>
      <dd>{count.toLocaleString()}</dd>
    </div>
  )
}

/** Who may be reached and why not the others: bars with their numbers, which are a table. */
function Parts({ agree, result }: { agree: number; result: Result }) {
  const consenting = useConsenting()
  const t = consenting.audiences
  const rows: [key: string, name: string, count: number][] = [
    ['agree', t.agree, agree],
    ...whysOf(result).map(([why, count]): [string, string, number] => [why, t.whys[why] ?? why, count]),
  ]
  const all = rows.reduce((sum, [, , count]) => sum + count, 0)
  return (
    <table className="table audience-parts" aria-label={t.picture}>
      <thead className="sr-only">
        <tr>
          <th scope="col">{t.why}</th>
          <th scope="col">{t.share}</th>
          <th scope="col">{t.count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, name, count]) => (
          <tr key={key} data-why={key}>
            <th scope="row">{name}</th>
            <td>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
                <rect className="audience-track" width="100" height="8" />
                <rect className="audience-bar" width={all === 0 ? 0 : (100 * count) / all} height="8" />
              </svg>
              <span className="sr-only">{all === 0 ? '0%' : `${Math.round((100 * count) / all)}%`}</span>
            </td>
            <td className="number">{count.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
