// The policies: their text, what is wrong with it, what it would change, and how it comes into force.
import { CheckCircleFilled, DownloadOutlined, UploadOutlined, WarningFilled } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Modal, Skeleton } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import { Cases } from './cases'
import { Editor, type EditorHandle, type Mark } from './editor'
import { EffectPanel } from './effect'
import { DiffView, History, useVersions } from './history'
import '../shared/parts.css'
import './policies.css'

type Plan = Schemas['PolicyPlanAnswer']

export function Policies() {
  const { texts, moment } = useAppearance()
  const versions = useVersions()
  const newest = versions.data?.policies[0]
  return (
    <Page
      title={texts.policies.title}
      lead={newest ? texts.policies.lead(newest.version, moment(newest.applied_at)) : ''}
    >
      {versions.isError && <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.isPending && <Skeleton active />}
      {newest && <Workbench key={newest.version} current={newest.source ?? ''} />}
    </Page>
  )
}

/** The text on the left, what it would mean on the right. */
function Workbench({ current }: { current: string }) {
  const { texts, language } = useAppearance()
  const { me } = useSession()
  const editable = may(me, 'POST', '/api/v1/policies/plans')
  const editor = useRef<EditorHandle>(null)
  const [draft, setDraft] = useState(current)
  const [plan, setPlan] = useState<{ of: string; found: Plan } | null>(null)
  const { busy, error, run: doing } = useDoing()

  const run = useCallback(
    (text: string) =>
      doing(async () => {
        setPlan({ of: text, found: await answer(api.POST('/api/v1/policies/plans', { body: { policies: text } })) })
      }),
    [doing],
  )
  useEffect(() => {
    // What is in force is looked at once, and again where it is told in another language.
    if (editable && language) void run(current)
  }, [editable, run, current, language])

  function put(text: string) {
    setDraft(text)
    void run(text)
  }
  const found = plan?.found
  const stale = plan !== null && plan.of !== draft
  return (
    <>
      <div className="columns policies">
        <TextPanel
          editor={editor}
          draft={draft}
          current={current}
          editable={editable}
          busy={busy}
          marks={found && !stale ? marksOf(found) : []}
          onChange={setDraft}
          onRun={() => void run(draft)}
          onPut={put}
        />
        <div>
          {error !== null && <ProblemNote error={error} onRetry={() => void run(draft)} />}
          {editable ? (
            <Verdict
              draft={draft}
              current={current}
              plan={found ?? null}
              stale={stale}
              busy={busy}
              onLine={(line) => editor.current?.toLine(line)}
              onRun={() => void run(draft)}
            />
          ) : (
            <Panel title={texts.policies.verdict.title}>
              <p>{texts.policies.readOnly}</p>
            </Panel>
          )}
          <History />
        </div>
      </div>
      {found?.effect && !stale && draft !== current && <EffectPanel effect={found.effect} />}
      {found && found.findings.length === 0 && (
        <Cases
          cases={found.cases}
          stale={stale}
          busy={busy}
          editable={editable}
          onRun={() => void run(draft)}
          onLine={(line) => editor.current?.toLine(line)}
          onAdd={(line) => put(withCase(draft, line))}
          onRemove={(line) => put(draft.split('\n').filter((_, at) => at !== line - 1).join('\n'))}
        />
      )}
    </>
  )
}

function TextPanel(props: {
  editor: React.Ref<EditorHandle>
  draft: string
  current: string
  editable: boolean
  busy: boolean
  marks: readonly Mark[]
  onChange: (text: string) => void
  onRun: () => void
  onPut: (text: string) => void
}) {
  const { texts } = useAppearance()
  const words = texts.policies
  const file = useRef<HTMLInputElement>(null)
  const changed = props.draft !== props.current
  return (
    <Panel
      title={words.text}
      note={changed ? words.changed : words.unchanged}
      extra={
        <div className="buttons">
          <Button
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            aria-label={words.download}
            title={words.download}
            onClick={() => save(props.draft, 'policies.cedar')}
          />
          {props.editable && (
            <>
              <Button
                size="small"
                icon={<UploadOutlined aria-hidden />}
                aria-label={words.load}
                title={words.load}
                onClick={() => file.current?.click()}
              />
              <input
                ref={file}
                type="file"
                className="sr-only"
                accept=".cedar,.txt"
                tabIndex={-1}
                aria-label={words.load}
                onChange={(event) => {
                  void event.target.files?.[0]?.text().then(props.onPut)
                  event.target.value = ''
                }}
              />
              {changed && (
                <Button size="small" onClick={() => props.onPut(props.current)}>
                  {words.restore}
                </Button>
              )}
              <Button size="small" type="primary" loading={props.busy} onClick={props.onRun}>
                {words.check}
              </Button>
            </>
          )}
        </div>
      }
      flush
    >
      <Editor
        value={props.draft}
        label={words.text}
        readOnly={!props.editable}
        marks={props.marks}
        handle={props.editor}
        onChange={props.onChange}
        onSubmit={props.onRun}
      />
    </Panel>
  )
}

/** What was found about the text, and what can be done with it. */
function Verdict(props: {
  draft: string
  current: string
  plan: Plan | null
  stale: boolean
  busy: boolean
  onLine: (line: number) => void
  onRun: () => void
}) {
  const { texts } = useAppearance()
  const words = texts.policies.verdict
  const { plan, stale } = props
  const unchanged = props.draft === props.current
  const failed = plan?.cases.filter(({ holds }) => !holds).length ?? 0
  return (
    <Panel title={words.title}>
      <div className="stack" aria-live="polite">
        {!plan && <Skeleton active title={false} paragraph={{ rows: 2 }} />}
        {plan && stale && (
          <Alert
            type="info"
            showIcon
            title={words.stale}
            action={
              <Button size="small" loading={props.busy} onClick={props.onRun}>
                {texts.policies.check}
              </Button>
            }
          />
        )}
        {plan && !stale && plan.findings.length > 0 && (
          <>
            <Alert type="error" showIcon title={words.wrong(plan.findings.length)} />
            <ul className="found">
              {plan.findings.map((one) => (
                <li key={`${one.line}:${one.column}:${one.message}`}>
                  <Button type="link" size="small" onClick={() => props.onLine(one.line)}>
                    {words.place(one.line, one.column)}
                  </Button>
                  <span>
                    {one.policy && <code>{one.policy}</code>} {one.message}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        {plan && !stale && plan.findings.length === 0 && (
          <>
            {failed > 0 && <Alert type="error" showIcon title={words.failed(failed)} />}
            {unchanged && failed === 0 && (
              <p className="verdict-line">
                <CheckCircleFilled className="tone-ok" aria-hidden /> {words.inForce(plan.cases.length)}
              </p>
            )}
            {!unchanged && <Change plan={plan} draft={props.draft} current={props.current} applicable={failed === 0} />}
          </>
        )}
      </div>
    </Panel>
  )
}

/** What the draft changes, and the way for it into force. */
function Change({ plan, draft, current, applicable }: { plan: Plan; draft: string; current: string; applicable: boolean }) {
  const { texts } = useAppearance()
  const words = texts.policies.verdict
  return (
    <>
      <p className="verdict-line">
        {plan.loosens ? (
          <>
            <WarningFilled className="tone-warm" aria-hidden /> {words.loosens}
          </>
        ) : (
          <>
            <CheckCircleFilled className="tone-ok" aria-hidden /> {words.tighter}
          </>
        )}
      </p>
      <ul className="found">
        {plan.changes.map((one) => (
          <li key={`${one.sign}${one.statement}`}>
            <span className={one.loosens ? 'chip chip-warm' : 'chip chip-cool'}>
              {one.sign === 'added' ? words.added : words.removed} · {one.loosens ? words.looser : words.stricter}
            </span>
            <code className="statement">{nameOf(one.statement)}</code>
          </li>
        ))}
        {plan.changes.length === 0 && <li>{words.wordsOnly}</li>}
      </ul>
      <details className="about">
        <summary>{words.diff}</summary>
        <DiffView label={words.diff} older={current} newer={draft} />
      </details>
      {applicable && <IntoForce draft={draft} loosens={plan.loosens} />}
    </>
  )
}

function IntoForce({ draft, loosens }: { draft: string; loosens: boolean }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const { busy, error, run: act } = useDoing()
  const words = texts.policies.verdict
  const [asking, setAsking] = useState(false)
  const [proposed, setProposed] = useState<string | null>(null)
  if (!may(me, 'POST', '/api/v1/register/versions')) return <p className="note">{words.notYours}</p>

  async function apply() {
    const applied = await act(async () => {
      const approval = loosens ? await approved() : undefined
      const body = { policies: draft, ...(approval ? { approval } : {}) }
      return answer(api.POST('/api/v1/register/versions', { body }))
    })
    if (!applied) return
    void message.success(words.applied(applied.policy_version, applied.entry))
    await queries.invalidateQueries({ queryKey: ['register-versions'] })
  }
  async function propose(reason: string) {
    const body = { policies: draft, reason }
    const asked = await act(() => answer(api.POST('/api/v1/register/proposals', { body })))
    if (!asked) return
    setAsking(false)
    setProposed(asked.approval)
  }
  return (
    <div className="stack">
      {error !== null && <ProblemNote error={error} />}
      {proposed && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={words.proposed}
          description={
            <>
              <div>
                <code>{proposed}</code>
              </div>
              <a href="/console/approvals">{words.toApprovals}</a>
            </>
          }
        />
      )}
      <div className="buttons">
        {loosens && (
          <Button type="primary" onClick={() => setAsking(true)}>
            {words.propose}
          </Button>
        )}
        <Button type={loosens ? 'default' : 'primary'} loading={busy && !asking} onClick={() => void apply()}>
          {loosens ? words.applyApproved : words.apply}
        </Button>
      </div>
      <p className="note">{loosens ? words.proposeHint : words.applyHint}</p>
      <Modal open={asking} title={words.propose} footer={null} width={480} destroyOnHidden onCancel={() => setAsking(false)}>
        <Form<{ reason: string }> layout="vertical" requiredMark={false} onFinish={({ reason }) => void propose(reason)}>
          <p className="note">{words.proposeLead}</p>
          {error !== null && <ProblemNote error={error} />}
          <Form.Item
            name="reason"
            label={words.reason}
            rules={[{ required: true, whitespace: true, min: 2, max: 300, message: words.reasonMissing }]}
          >
            <Input.TextArea rows={3} maxLength={300} autoComplete="off" />
          </Form.Item>
          <div className="dialog-foot">
            <Button onClick={() => setAsking(false)}>{texts.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={busy}>
              {words.propose}
            </Button>
          </div>
        </Form>
      </Modal>
    </div>
  )
}

/** The newest approval of policies that waits to be used. The server holds it to the very text. */
async function approved(): Promise<string | undefined> {
  const { approvals } = await answer(api.GET('/api/v1/approvals', {}))
  return approvals.find(({ act, state }) => act === 'policies' && state === 'approved')?.approval
}

const marksOf = (plan: Plan): Mark[] => [
  ...plan.findings.map(({ line }) => ({ line, kind: 'wrong' as const })),
  ...plan.cases.map(({ line, holds }) => ({ line, kind: holds ? ('right' as const) : ('wrong' as const) })),
]

/** A statement by its id, a test case whole. */
const nameOf = (statement: string): string => /@id\("([^"]+)"\)/.exec(statement)?.[1] ?? statement.slice(0, 160)

/** The text with a case more: behind the last one, or else at the top. */
function withCase(text: string, line: string): string {
  const lines = text.split('\n')
  const last = lines.findLastIndex((one) => one.trimStart().startsWith('//?'))
  lines.splice(last + 1, 0, line)
  return lines.join('\n')
}
