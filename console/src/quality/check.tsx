// One check: texts to mark and to settle, and its certificate.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { App, Button, Segmented, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Dialog } from '../shared/dialog'
import { useDoing } from '../shared/doing'
import { EntryLink } from '../shared/entry-link'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useQualifying } from '../texts/qualifying'
import '../people/people.css'
import '../shared/parts.css'
import { Annotate } from './annotate'
import { CertificatePanel } from './certificate'
import type { Span } from './marks'
import { FieldNames, Progress, PurposeName, Standing } from './quality'
import './quality.css'

type Check = Schemas['QualityCheck']
type Text = Schemas['QualityText']
type Task = 'mark' | 'settle' | 'settle-jointly'

export function CheckScreen() {
  const t = useQualifying()
  const { me } = useSession()
  const { check: id } = useParams({ from: '/quality/$check' })
  const [closing, setClosing] = useState(false)
  const found = useQuery({
    queryKey: ['quality', id],
    queryFn: () => answer(api.GET('/api/v1/quality-checks/{check}', { params: { path: { check: id } } })),
  })
  const check = found.data
  const ready = check && !check.closed && check.open + check.disputed === 0
  const closes = may(me, 'POST', '/api/v1/quality-checks/{check}/certificate')
  return (
    <Page
      title={t.title}
      lead={check && <FieldNames refs={check.fields} />}
      actions={
        <>
          <Link to="/quality">{t.back}</Link>
          {ready && closes && (
            <Button type="primary" onClick={() => setClosing(true)}>
              {t.close}
            </Button>
          )}
        </>
      }
    >
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {check && (
        <>
          <Panel title={t.progress} note={<PurposeName name={check.purpose} />} extra={<Standing of={check} />}>
            <Progress of={check} />
          </Panel>
          {check.closed ? <CertificatePanel of={check} /> : <Work of={check} onChanged={() => void found.refetch()} />}
        </>
      )}
      <Dialog
        open={closing}
        title={t.closeTitle}
        lead={<p>{t.closeLead}</p>}
        submit={t.close}
        onClose={() => setClosing(false)}
        onSubmit={async () => {
          await answer(api.POST('/api/v1/quality-checks/{check}/certificate', { params: { path: { check: id } } }))
          await found.refetch()
        }}
      />
    </Page>
  )
}

const TASKS: readonly Task[] = ['mark', 'settle', 'settle-jointly']

/** One text at a time. It stands in this page alone, and is put away when somebody leaves it. */
function Work({ of, onChanged }: { of: Check; onChanged: () => void }) {
  const t = useQualifying()
  const { message } = App.useApp()
  const { busy, error, run } = useDoing()
  const [task, setTask] = useState<Task>('mark')
  const [text, setText] = useState<Text | null>(null)
  const [state, setState] = useState<'fresh' | 'none' | 'hidden'>('fresh')
  const params = { path: { check: of.check } }

  useEffect(() => {
    const left = () => {
      if (document.visibilityState !== 'hidden') return
      setText((shown) => {
        if (shown) setState('hidden')
        return null
      })
    }
    document.addEventListener('visibilitychange', left)
    return () => document.removeEventListener('visibilitychange', left)
  }, [])

  async function look(next: Task) {
    setText(null)
    const looked = await run(() => answer(api.POST('/api/v1/quality-checks/{check}/looks', { params, body: { task: next } })))
    if (!looked) return
    setText(looked.text ?? null)
    setState(looked.text ? 'fresh' : 'none')
    onChanged()
  }

  async function submit(spans: Span[]) {
    if (!text) return
    const path = { check: of.check, text: text.id }
    const marked = await run(() =>
      answer(api.PUT('/api/v1/quality-checks/{check}/texts/{text}/marks', { params: { path }, body: { task, spans } })),
    )
    if (!marked) return
    void message.success(t.standings[marked.standing] ?? marked.standing)
    await look(task)
  }
  return (
    <Panel
      title={t.task}
      note={t.taskNotes[task]}
      extra={
        <Segmented<Task>
          aria-label={t.task}
          value={task}
          options={TASKS.map((value) => ({ value, label: t.tasks[value] }))}
          onChange={(next) => {
            setTask(next)
            setText(null)
            setState('fresh')
          }}
        />
      }
    >
      <div className="stack">
        {error !== null && <ProblemNote error={error} />}
        {!text && (
          <div className="acts">
            <Button type="primary" loading={busy} onClick={() => void look(task)}>
              {state === 'hidden' ? t.lookAgain : t.look}
            </Button>
            <span role="status" className="note">
              {state === 'none' ? t.none : state === 'hidden' ? t.hidden : ''}
            </span>
          </div>
        )}
        {text && (
          <>
            <p className="note">
              {t.textOf(text.place, of.texts)} · <FieldNames refs={[text.field]} /> · <EntryLink entry={text.entry} />
            </p>
            <Annotate key={`${task} ${text.id}`} text={text} busy={busy} onSubmit={(spans) => void submit(spans)} />
          </>
        )}
      </div>
    </Panel>
  )
}
