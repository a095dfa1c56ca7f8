// What keeps a draft from being published, each at its place, and how easy its texts are to read.
import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { State } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { footnoteOf, type Lint, type Preview } from './model'
import { useWords } from './words'

type Score = Schemas['NoticeScore']

/** The lowest score that is not too hard, as the linter has it. */
const PASS = 60
/** How long the person must have stopped typing, in milliseconds. */
const PAUSE = 500

export interface Linted {
  /** What was found last; of another text while `fresh` is false. */
  found: Lint | null
  fresh: boolean
  /** What customers would see, of the last text that could be read. */
  previews: readonly Preview[]
  error: unknown
  again: () => void
}

/** Checks a text each time the person pauses. */
export function useLint(text: string): Linted {
  const { language } = useAppearance()
  const [kept, setKept] = useState<{ of: string; found: Lint } | null>(null)
  const [previews, setPreviews] = useState<readonly Preview[]>([])
  const [error, setError] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  const asked = `${language} ${round} ${text}`
  useEffect(() => {
    let dropped = false
    const look = async () => {
      try {
        const found = await answer(api.POST('/api/v1/notices/lints', { body: { notice: text } }))
        if (dropped) return
        setKept({ of: asked, found })
        setError(null)
        if (found.previews.length > 0) setPreviews(found.previews)
      } catch (caught) {
        if (!dropped) setError(caught)
      }
    }
    const timer = setTimeout(() => void look(), PAUSE)
    return () => {
      dropped = true
      clearTimeout(timer)
    }
  }, [asked, text])
  return { found: kept?.found ?? null, fresh: kept?.of === asked, previews, error, again: () => setRound((now) => now + 1) }
}

export function Findings({ linted, onPlace }: { linted: Linted; onPlace: (line: number, column?: number) => void }) {
  const words = useWords().edit
  const { found, fresh, error } = linted
  const findings = found?.findings ?? []
  const notes = findings.map(({ message }) => footnoteOf(message))
  const articles = [...new Set(notes.flatMap(({ article }) => article ?? []))]
  return (
    <Panel title={words.lint} note={<LintState linted={linted} />} flush>
      {error !== null && <ProblemNote error={error} onRetry={linted.again} />}
      {!found && error === null && (
        <div className="panel-body">
          <Skeleton active title={false} paragraph={{ rows: 3 }} />
        </div>
      )}
      {found && findings.length === 0 && <p className="panel-body note">{words.lintEmpty}</p>}
      {findings.length > 0 && (
        <div className={fresh ? 'panel-body' : 'panel-body stale'} aria-live="polite">
          <ol className="findings">
            {findings.map((one, at) => {
              const { text, article } = notes[at] ?? { text: one.message, article: null }
              return (
                <li key={`${one.line} ${one.column} ${one.code} ${one.message}`}>
                  <Button type="link" size="small" onClick={() => onPlace(one.line, one.column)}>
                    {words.place(one.line, one.column)}
                  </Button>
                  <div>
                    <div>
                      {text}
                      {article && <sup className="footnote-mark">{articles.indexOf(article) + 1}</sup>}
                    </div>
                    <div className="note">
                      {one.place} · {words.remedy}: <Ticked text={one.remedy} />
                    </div>
                  </div>
                </li>
              )
            })}
          </ol>
          {articles.length > 0 && (
            <ol className="footnotes note" aria-label={words.footnotes}>
              {articles.map((article) => (
                <li key={article}>{article}</li>
              ))}
            </ol>
          )}
        </div>
      )}
    </Panel>
  )
}

/** What stands between backquotes is a word of the source. */
function Ticked({ text }: { text: string }) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={`${at} ${part}`}>{part}</code> : part))
}

function LintState({ linted: { found, fresh } }: { linted: Linted }) {
  const words = useWords().edit
  if (!found || !fresh) {
    return (
      <State tone="muted" icon={<LoadingOutlined aria-hidden />}>
        {words.lintBusy}
      </State>
    )
  }
  if (found.findings.length === 0) return <State tone="ok" icon={<CheckCircleFilled aria-hidden />}>{words.lintClean}</State>
  return (
    <State tone="hot" icon={<CloseCircleFilled aria-hidden />}>
      {words.lintFound(found.findings.length)}
    </State>
  )
}

export function Readability({ scores, onLine }: { scores: readonly Score[]; onLine: (line: number) => void }) {
  const words = useWords().edit
  const languages = ['zh', 'en'] as const
  const sorted = [...scores].sort((one, other) => Number(other.hard) - Number(one.hard) || one.score - other.score)
  if (scores.length === 0) return null
  return (
    <Panel title={words.readability} note={words.readabilityNote(PASS)}>
      <div className="gauges">
        {languages.map((language) => {
          const lowest = sorted.find((one) => one.language === language)
          return lowest && <Gauge key={language} lowest={lowest} />
        })}
      </div>
      <details className="about" open={sorted[0]?.hard}>
        <summary>{words.scoreAll(scores.length)}</summary>
        <Table<Score>
          label={words.readability}
          empty={words.lintEmpty}
          rows={sorted}
          keyOf={(one) => `${one.line} ${one.language} ${one.place}`}
          columns={[
            {
              key: 'place',
              title: words.scoreColumns.place,
              show: (one) => (
                <>
                  <div>{one.place}</div>
                  <Button type="link" size="small" className="row-link" onClick={() => onLine(one.line)}>
                    {words.line(one.line)}
                  </Button>
                </>
              ),
            },
            { key: 'language', title: words.scoreColumns.language, show: (one) => words.languageNames[one.language] ?? one.language },
            { key: 'score', title: words.scoreColumns.score, show: (one) => <strong>{one.score}</strong> },
            {
              key: 'longest',
              title: words.scoreColumns.longest,
              wide: true,
              show: (one) => words.longest[one.language === 'zh' ? 'zh' : 'en'](one.longest),
            },
            {
              key: 'state',
              title: words.scoreColumns.state,
              show: (one) =>
                one.hard ? (
                  <State tone="hot" icon={<CloseCircleFilled aria-hidden />}>
                    {words.hard}
                  </State>
                ) : (
                  <State tone="ok">{words.easy}</State>
                ),
            },
          ]}
        />
      </details>
    </Panel>
  )
}

/** The hardest text of a language on a half circle from 0 to 100, with the mark that must be reached. */
function Gauge({ lowest }: { lowest: Score }) {
  const words = useWords().edit
  const name = words.languageNames[lowest.language] ?? lowest.language
  return (
    <figure className={lowest.hard ? 'gauge tone-hot' : 'gauge tone-ok'}>
      <svg viewBox="0 0 100 56" role="img" aria-label={words.gauge(name, lowest.score)}>
        <path className="gauge-back" d={arc(0, 100)} />
        <path className="gauge-fill" d={arc(0, lowest.score)} />
        <path className="gauge-pass" d={tick(PASS)} />
        <text x="50" y="50">
          {lowest.score}
        </text>
      </svg>
      <figcaption>
        <strong>{name}</strong>
        <span className="note">{words.lowest}</span>
      </figcaption>
    </figure>
  )
}

const at = (score: number, radius: number) => {
  const angle = Math.PI * (1 - score / 100)
  return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(52 - radius * Math.sin(angle)).toFixed(2)}`
}
const arc = (from: number, to: number) => `M ${at(from, 42)} A 42 42 0 0 1 ${at(to, 42)}`
const tick = (score: number) => `M ${at(score, 36)} L ${at(score, 48)}`
