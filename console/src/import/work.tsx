// An import on its way: what was found beforehand, how far it is, and what became of the rows.
import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Skeleton, Tag } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { useNames } from '../policies/names'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { save } from '../shared/save'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { type Outcome, outcomesOf, type Refused, refusedCsv, refusedLines, textOf } from './rows'

type Counts = Record<string, number>

const ORDER = ['created', 'merged', 'unchanged', 'refused'] as const

/** Rows by what became of them, as one bar with its numbers. */
export function CountsBar({ counts, would }: { counts: Counts; would?: boolean }) {
  const { texts } = useAppearance()
  const words = would ? texts.import.would : texts.import.became
  const parts = ORDER.map((key) => [key, counts[key] ?? 0] as const)
  const total = Math.max(
    1,
    parts.reduce((all, [, count]) => all + count, 0),
  )
  let at = 0
  return (
    <figure className="share">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
        {parts.map(([key, count]) => {
          const wide = (count / total) * 100
          const bar = <rect key={key} className={`row-${key}`} x={at} y="0" width={wide} height="6" />
          at += wide
          return bar
        })}
      </svg>
      <figcaption>
        {parts.map(([key, count]) => (
          <span key={key} className={`share-part row-key-${key}`}>
            {words[key]} <strong>{count.toLocaleString()}</strong>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

/** What was found in free texts and sealed apart from them, by kind. */
function SealedApart({ pieces }: { pieces: Counts | undefined }) {
  const { texts } = useAppearance()
  const found = Object.entries(pieces ?? {})
  if (found.length === 0) return null
  const each = found.map(([kind, count]) => `${texts.dossier.kinds[kind] ?? kind} ${count.toLocaleString()}`)
  return <p className="note">{texts.import.sealedApart(each)}</p>
}

/** What a dry run found. */
export function TrialPanel({ trial }: { trial: Schemas['TrialAnswer'] }) {
  const { texts } = useAppearance()
  const names = useNames()
  const words = texts.import
  return (
    <Panel title={words.trialTitle} note={texts.entry(trial.entry)} flush>
      <div className="panel-body">
        <div className="stack">
          <CountsBar counts={trial.counts} would />
          <SealedApart pieces={trial.sealed_apart} />
          {!trial.whole && <Alert type="error" showIcon title={words.broken} description={words.brokenWhat} />}
          <p className="note">{words.trialNote}</p>
        </div>
      </div>
      {trial.found.length > 0 && (
        <Table<Schemas['TriedRow']>
          label={words.findings}
          empty=""
          keyOf={(one) => one.row}
          rows={[...trial.found].sort((a, b) => Number(b.outcome === 'refused') - Number(a.outcome === 'refused'))}
          columns={[
            { key: 'row', title: words.row, show: (one) => <span className="nowrap">{words.nth(one.row)}</span> },
            { key: 'outcome', title: words.outcome, show: (one) => <OutcomeTag outcome={one.outcome} /> },
            {
              key: 'why', title: words.why,
              show: (one) =>
                one.findings.map((finding) => (
                  <div key={`${finding.code}${finding.field}`}>
                    {finding.field && <strong>{names.field(finding.field)} </strong>}
                    {finding.message}
                  </div>
                )),
            },
          ]}
        />
      )}
      {trial.more_found > 0 && <p className="panel-foot note">{words.moreFound(trial.more_found)}</p>}
    </Panel>
  )
}

function OutcomeTag({ outcome }: { outcome: string }) {
  const { texts } = useAppearance()
  const colours: Record<string, string> = { refused: 'error', kept: 'warning', created: 'success', merged: 'processing' }
  return <Tag color={colours[outcome] ?? 'default'}>{texts.import.outcomes[outcome] ?? outcome}</Tag>
}

/** The file that was chosen, as far as refused rows can be cut out of it. */
export interface Local {
  file: File
  headerRow: number | null
}

/** What became of every row of an import that ended, and the refused ones for correction. */
export function OutcomePanel({ done, local }: { done: Schemas['Import']; local: Local | null }) {
  const { texts, language } = useAppearance()
  const names = useNames()
  const words = texts.import
  const outcomes = useQuery({
    queryKey: ['outcomes', done.import, language],
    queryFn: async () => {
      const csv = await answer(
        api.GET('/api/v1/imports/{import}/outcomes', { params: { path: { import: done.import } }, parseAs: 'text' }),
      )
      return { csv, rows: outcomesOf(csv) }
    },
    gcTime: 0,
  })
  const refused = (outcomes.data?.rows ?? []).filter(({ outcome }) => outcome === 'refused')
  return (
    <Panel
      title={words.done}
      note={words.rows(done.rows)}
      extra={
        outcomes.data && (
          <div className="buttons">
            <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => save(outcomes.data.csv, 'outcomes.csv')}>
              {words.downloadOutcomes}
            </Button>
            {refused.length > 0 && local && isText(local.file) && (
              <Button size="small" type="primary" icon={<DownloadOutlined aria-hidden />} onClick={() => void saveRefused(local, refused, words)}>
                {words.downloadRefused(refused.length)}
              </Button>
            )}
          </div>
        )
      }
      flush
    >
      <div className="panel-body">
        <div className="stack">
          {done.state === 'refused' && <Alert type="error" showIcon title={words.broken} description={words.brokenWhat} />}
          <CountsBar counts={done.counts} />
          <SealedApart pieces={done.sealed_apart} />
          {refused.length > 0 && <p className="note">{local && isText(local.file) ? words.refusedHere : words.refusedThere}</p>}
        </div>
      </div>
      {outcomes.isPending && <Skeleton active className="panel-body" />}
      {outcomes.isError && <ProblemNote error={outcomes.error} onRetry={() => void outcomes.refetch()} />}
      {refused.length > 0 && (
        <Table<Outcome>
          label={words.refusedRows}
          empty=""
          keyOf={(one) => one.row}
          rows={refused.slice(0, SHOWN)}
          columns={[
            { key: 'row', title: words.row, show: (one) => <span className="nowrap">{words.nth(one.row)}</span> },
            { key: 'outcome', title: words.outcome, show: (one) => <OutcomeTag outcome={one.outcome} /> },
            {
              key: 'why', title: words.why,
              show: (one) =>
                one.messages.map((message, at) => (
                  <div key={`${one.codes[at]}${one.fields[at]}`}>
                    {one.fields[at] && <strong>{names.field(one.fields[at] ?? '')} </strong>}
                    {message}
                  </div>
                )),
            },
          ]}
        />
      )}
      {refused.length > SHOWN && <p className="panel-foot note">{words.moreFound(refused.length - SHOWN)}</p>}
    </Panel>
  )
}

/** Whether rows can be cut out of it here: a spreadsheet is no text. */
const isText = (file: File): boolean => !/\.xlsx$/i.test(file.name) && file.size <= MOST_BYTES

async function saveRefused(
  { file, headerRow }: Local,
  rows: readonly Outcome[],
  words: { row: string; reason: string },
) {
  const text = textOf(new Uint8Array(await file.arrayBuffer()))
  const refused: Refused[] = rows.map(({ row, messages }) => ({ row, reason: messages.join('; ') }))
  if (/\.(ndjson|jsonl)$/i.test(file.name)) save(refusedLines(text, refused), 'refused.ndjson')
  else save(refusedCsv(text, headerRow, refused, [words.row, words.reason]), 'refused.csv')
}

const SHOWN = 200
const MOST_BYTES = 200 * 1024 * 1024
