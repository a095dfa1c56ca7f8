// Importing a file: choose it, correct which column feeds which field, try it, import it, see what became of it.
import { FileTextOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Radio, Select, Skeleton, Tag } from 'antd'
import { useRef, useState } from 'react'
import { answer, api, type Schemas, upload } from '../api/client'
import { useNames } from '../policies/names'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useStepUp } from '../session/step-up'
import { Page, Panel } from '../shared/page'
import { useDoing } from '../shared/doing'
import { DropFile } from '../shared/drop'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { type Choice, mappingOf, type Source } from './mapping'
import { OutcomePanel, TrialPanel } from './work'
import '../shared/parts.css'
import './import.css'

type Guess = Schemas['GuessAnswer']
type Import = Schemas['Import']

/** Where the person is. */
type Stage =
  | { at: 'choose' }
  | { at: 'map'; file: File; guess: Guess }
  | { at: 'tried'; file: File; guess: Guess; opened: Import; trial: Schemas['TrialAnswer'] }
  | { at: 'feed'; file: File; guess: Guess | null; opened: Import; done: Import | null }

export function ImportScreen() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const words = texts.import
  const [stage, setStage] = useState<Stage>({ at: 'choose' })
  const mayBegin = may(me, 'POST', '/api/v1/imports')
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={stage.at !== 'choose' && <Button onClick={() => setStage({ at: 'choose' })}>{words.another}</Button>}
    >
      {mayBegin && <Steps at={stage.at} />}
      {stage.at === 'choose' && mayBegin && (
        <ChooseFile onGuessed={(file, guess) => setStage({ at: 'map', file, guess })} />
      )}
      {stage.at !== 'choose' && stage.at !== 'feed' && (
        <MapColumns key={stage.file.name} stage={stage} onStage={setStage} />
      )}
      {stage.at === 'feed' && (
        <Feed
          key={stage.opened.import}
          stage={stage}
          onDone={(done) => setStage({ ...stage, done })}
        />
      )}
      {stage.at === 'choose' && (
        <Earlier onResume={(file, opened) => setStage({ at: 'feed', file, guess: null, opened, done: null })} />
      )}
    </Page>
  )
}

function Steps({ at }: { at: Stage['at'] }) {
  const { texts } = useAppearance()
  const order = ['choose', 'map', 'tried', 'feed'] as const
  const now = order.indexOf(at)
  return (
    <ol className="steps" aria-label={texts.import.steps}>
      {order.map((step, nth) => (
        <li
          key={step}
          className={nth < now ? 'step step-done' : nth === now ? 'step step-now' : 'step'}
          aria-current={nth === now ? 'step' : undefined}
        >
          <span className="step-number" aria-hidden>
            {nth < now ? '✓' : nth + 1}
          </span>
          {texts.import.step[step]}
        </li>
      ))}
    </ol>
  )
}

function ChooseFile({ onGuessed }: { onGuessed: (file: File, guess: Guess) => void }) {
  const { texts } = useAppearance()
  const words = texts.import
  const { busy, error, run } = useDoing()

  async function look(file: File) {
    await run(async () => {
      const guess = await upload<Guess>('POST', '/api/v1/imports/guesses', await headOf(file), kindOf(file))
      onGuessed(file, guess)
    })
  }
  return (
    <Panel title={words.choose}>
      <div className="stack">
        {error !== null && (
          <>
            <ProblemNote error={error} />
            <Alert type="info" showIcon title={words.damaged} description={<Remedies />} />
          </>
        )}
        <DropFile
          title={words.drop}
          note={words.formats}
          pick={words.pick}
          accept=".csv,.tsv,.txt,.xlsx,.ndjson,.jsonl"
          busy={busy}
          onFile={(file) => void look(file)}
        />
        <p className="note">{words.privacy}</p>
      </div>
    </Panel>
  )
}

/** What to do about a file that cannot be read. */
function Remedies() {
  const { texts } = useAppearance()
  return (
    <ul className="remedies">
      {texts.import.remedies.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}

function MapColumns({ stage, onStage }: { stage: Extract<Stage, { at: 'map' | 'tried' }>; onStage: (stage: Stage) => void }) {
  const { texts } = useAppearance()
  const guarded = useStepUp()
  const words = texts.import
  const { file, guess } = stage
  const [choices, setChoices] = useState<Choice[]>(() =>
    guess.details.map(({ column, field }) => ({ column, field: field ?? null })),
  )
  const [source, setSource] = useState<Source>({ thirdParty: false, name: '', authorisation: '', date: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const fed = choices.filter(({ field }) => field !== null).length
  const stated = !source.thirdParty || (source.name !== '' && source.authorisation !== '' && source.date !== '')

  /** What was tried is no longer what stands here. */
  function change(next: () => void) {
    next()
    if (stage.at === 'tried') onStage({ at: 'map', file, guess })
  }
  async function tryOut() {
    setBusy(true)
    setError(null)
    try {
      const mapping = mappingOf(choices, source)
      const opened = await guarded(() => answer(api.POST('/api/v1/imports', { body: { mapping } })))
      const path = `/api/v1/imports/${opened.import}/trials`
      const trial = await guarded(() => upload<Schemas['TrialAnswer']>('POST', path, file, kindOf(file)))
      onStage({ at: 'tried', file, guess, opened, trial })
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Columns guess={guess} file={file} choices={choices} onChange={(next) => change(() => setChoices(next))} />
      <Panel title={words.source}>
        <SourceForm source={source} onChange={(next) => change(() => setSource(next))} />
      </Panel>
      {error !== null && (
        <>
          <ProblemNote error={error} />
          <div className="gap" />
        </>
      )}
      {stage.at === 'tried' && <TrialPanel trial={stage.trial} />}
      <div className="acts">
        <span className="note">{words.fed(fed, choices.length)}</span>
        <Button
          type={stage.at === 'tried' ? 'default' : 'primary'}
          loading={busy}
          disabled={fed === 0 || !stated}
          onClick={() => void tryOut()}
        >
          {stage.at === 'tried' ? words.tryAgain : words.tryOut}
        </Button>
        {stage.at === 'tried' && (
          <Button
            type="primary"
            disabled={!stage.trial.whole}
            onClick={() => onStage({ at: 'feed', file, guess, opened: stage.opened, done: null })}
          >
            {words.go(stage.trial.rows - (stage.trial.counts.refused ?? 0))}
          </Button>
        )}
      </div>
    </>
  )
}

function Columns(props: { guess: Guess; file: File; choices: readonly Choice[]; onChange: (choices: Choice[]) => void }) {
  const { texts, pick } = useAppearance()
  const { register } = useNames()
  const words = texts.import
  const options = (register?.collections ?? []).map((collection) => ({
    label: pick(collection.title),
    options: collection.fields.map((field) => ({
      value: `${collection.name}.${field.name}`,
      label: `${pick(collection.title)} · ${pick(field.title)}`,
    })),
  }))
  const chosen = (column: string) => props.choices.find((one) => one.column === column)?.field ?? null
  return (
    <Panel title={words.columns} note={`${props.file.name} · ${size(props.file.size)}`} flush>
      <Table<Schemas['GuessedColumn']>
        label={words.columns}
        empty={words.noColumns}
        keyOf={(one) => one.column}
        rows={props.guess.details}
        columns={[
          { key: 'column', title: words.column, show: (one) => <strong>{one.column}</strong> },
          {
            key: 'samples', title: words.samples,
            show: (one) => (
              <span className="samples">
                {one.samples.map((sample, at) => (
                  // Samples have no name of their own; they do not change while they are shown.
                  <span key={at} className="masked sample">
                    {sample}
                  </span>
                ))}
              </span>
            ),
          },
          {
            key: 'field', title: words.feeds,
            show: (one) => (
              <Select
                className="feeds"
                showSearch
                optionFilterProp="label"
                aria-label={words.feedsOf(one.column)}
                value={chosen(one.column) ?? ''}
                options={[{ value: '', label: words.ignore }, ...options]}
                onChange={(value: string) =>
                  props.onChange(
                    props.choices.map((choice) =>
                      choice.column === one.column ? { ...choice, field: value === '' ? null : value } : choice,
                    ),
                  )
                }
              />
            ),
          },
          {
            key: 'sure', title: words.sure,
            wide: true,
            show: (one) => {
              const field = chosen(one.column)
              if (field === null) return <Tag>{words.ignored}</Tag>
              if (field !== one.field) return <Tag color="processing">{words.byHand}</Tag>
              return (
                <>
                  <Tag color={(one.confidence ?? 0) >= 80 ? 'success' : 'warning'}>{one.confidence}%</Tag>
                  <span className="note">{one.why}</span>
                </>
              )
            },
          },
        ]}
      />
      <p className="panel-foot note">{words.samplesNote}</p>
    </Panel>
  )
}

function SourceForm({ source, onChange }: { source: Source; onChange: (source: Source) => void }) {
  const { texts } = useAppearance()
  const words = texts.import
  const text = (key: 'name' | 'authorisation') => ({
    value: source[key],
    maxLength: 200,
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => onChange({ ...source, [key]: event.target.value }),
  })
  return (
    <Form layout="vertical" requiredMark={false} component="div">
      <Radio.Group
        value={source.thirdParty}
        aria-label={words.source}
        onChange={(event) => onChange({ ...source, thirdParty: event.target.value as boolean })}
      >
        <Radio value={false}>{words.own}</Radio>
        <Radio value={true}>{words.thirdParty}</Radio>
      </Radio.Group>
      {source.thirdParty && (
        <div className="source">
          <Form.Item label={words.sourceName} htmlFor="source-name">
            <Input id="source-name" {...text('name')} />
          </Form.Item>
          <Form.Item label={words.sourceAuthorisation} htmlFor="source-authorisation">
            <Input id="source-authorisation" {...text('authorisation')} />
          </Form.Item>
          <Form.Item label={words.sourceDate} htmlFor="source-date">
            <Input
              id="source-date"
              type="date"
              value={source.date}
              onChange={(event) => onChange({ ...source, date: event.target.value })}
            />
          </Form.Item>
        </div>
      )}
    </Form>
  )
}

function Feed({ stage, onDone }: { stage: Extract<Stage, { at: 'feed' }>; onDone: (done: Import) => void }) {
  const { texts } = useAppearance()
  const queries = useQueryClient()
  const words = texts.import
  const { file, opened, done } = stage
  const [sent, setSent] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const stop = useRef<AbortController | null>(null)
  const running = sent !== null
  const soFar = useQuery({
    queryKey: ['import', opened.import],
    queryFn: () => answer(api.GET('/api/v1/imports/{import}', { params: { path: { import: opened.import } } })),
    refetchInterval: 1_500,
    enabled: running && done === null,
  })

  async function feed() {
    setError(null)
    setSent(0)
    stop.current = new AbortController()
    try {
      const path = `/api/v1/imports/${opened.import}/file`
      const { signal } = stop.current
      onDone(await upload<Import>('PUT', path, file, kindOf(file), { signal, onSent: setSent }))
      await queries.invalidateQueries({ queryKey: ['imports'] })
    } catch (caught) {
      setError(caught)
    } finally {
      setSent(null)
    }
  }
  if (done) {
    return <OutcomePanel done={done} local={{ file, headerRow: stage.guess?.header_row ?? firstRow(stage.guess) }} />
  }
  const rows = soFar.data?.rows ?? opened.rows
  const percent = file.size === 0 ? 100 : Math.round(((sent ?? 0) / file.size) * 100)
  return (
    <Panel title={words.running} note={<code>{opened.import}</code>}>
      <div className="stack">
        {error !== null && <ProblemNote error={error} />}
        {error !== null && <p className="note">{words.interrupted}</p>}
        <p className="verdict-line">
          <FileTextOutlined aria-hidden /> {file.name} · {size(file.size)}
        </p>
        {running && (
          <>
            <progress className="progress" value={percent} max={100} aria-label={words.sent(percent)} />
            <p className="note" aria-live="polite">
              {words.sent(percent)} · {words.rows(rows)}
            </p>
          </>
        )}
        {!running && <p>{rows > 0 ? words.resumeLead(rows) : words.startLead}</p>}
        <div className="buttons">
          {running ? (
            <Button onClick={() => stop.current?.abort()}>{words.pause}</Button>
          ) : (
            <Button type="primary" onClick={() => void feed()}>
              {rows > 0 || error !== null ? words.resume : words.start}
            </Button>
          )}
        </div>
      </div>
    </Panel>
  )
}

/** Imports of before: those that are open go on with the same file. */
function Earlier({ onResume }: { onResume: (file: File, opened: Import) => void }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const words = texts.import
  const [shown, setShown] = useState<Import | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const resuming = useRef<Import | null>(null)
  const list = useQuery({
    queryKey: ['imports'],
    queryFn: () => answer(api.GET('/api/v1/imports')),
  })
  // One that was only tried holds nothing: it is opened anew with each try.
  const imports = (list.data?.imports ?? []).filter(({ state, rows }) => state !== 'open' || rows > 0)
  return (
    <>
      <Panel title={words.earlier} flush>
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        <Table<Import>
          label={words.earlier}
          loading={list.isPending}
          empty={words.noEarlier}
          keyOf={(one) => one.import}
          rows={imports}
          columns={[
            {
              key: 'state', title: words.state,
              show: (one) => (
                <Tag color={one.state === 'done' ? 'success' : one.state === 'open' ? 'warning' : 'error'}>
                  {words.states[one.state] ?? one.state}
                </Tag>
              ),
            },
            { key: 'at', title: words.at, show: (one) => moment(one.created_at) },
            { key: 'rows', title: words.rowsHead, show: (one) => one.rows.toLocaleString() },
            {
              key: 'counts', title: words.outcome,
              wide: true,
              show: (one) =>
                Object.entries(one.counts)
                  .map(([key, count]) => `${words.outcomes[key] ?? key} ${count.toLocaleString()}`)
                  .join(' · '),
            },
            {
              key: 'act', title: <span className="sr-only">{words.act}</span>,
              end: true,
              show: (one) =>
                one.state === 'open'
                  ? may(me, 'PUT', '/api/v1/imports/{import}/file') && (
                      <Button
                        type="link"
                        size="small"
                        onClick={() => {
                          resuming.current = one
                          input.current?.click()
                        }}
                      >
                        {words.resumeWith}
                      </Button>
                    )
                  : may(me, 'GET', '/api/v1/imports/{import}/outcomes') && (
                      <Button type="link" size="small" onClick={() => setShown(one)}>
                        {words.show}
                      </Button>
                    ),
            },
          ]}
        />
      </Panel>
      <input
        ref={input}
        type="file"
        className="sr-only"
        tabIndex={-1}
        aria-label={words.resumeWith}
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file && resuming.current) onResume(file, resuming.current)
          event.target.value = ''
        }}
      />
      {list.isPending && <Skeleton active />}
      {shown && <OutcomePanel key={shown.import} done={shown} local={null} />}
    </>
  )
}

/** Where the headings of a file stand that was not looked at in this page: on its first line, as a rule. */
const firstRow = (guess: Guess | null): number | null => (guess ? null : 1)

/** The part of a file that a guess looks at: whole lines of a text, a spreadsheet whole. */
async function headOf(file: File): Promise<Blob> {
  if (file.size <= HEAD_BYTES || /\.xlsx$/i.test(file.name)) return file
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const end = head.lastIndexOf(0x0a)
  return file.slice(0, end > 0 ? end + 1 : HEAD_BYTES)
}

function kindOf(file: File): string {
  if (/\.xlsx$/i.test(file.name)) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  if (/\.(ndjson|jsonl)$/i.test(file.name)) return 'application/x-ndjson'
  return 'text/csv'
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

const HEAD_BYTES = 4 * 1024 * 1024
