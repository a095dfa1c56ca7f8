// A change of the register: a draft, what it would do, and its way over somebody else's approval into force.
import { DownloadOutlined, UndoOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Skeleton } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../api/client'
import { type Register, useRegister } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import { useDraft } from './draft'
import { Editor, type EditorHandle } from './editor'
import { changedLines } from './lines'
import { Planned } from './planned'
import { MapTabs } from './tabs'
import { Waiting } from './waiting'
import './map.css'

type Plan = Schemas['PlanAnswer']
type Applied = Schemas['Applied']

/** A finding of the server, `register:12:3`, with the line that it names. */
interface Fault {
  line: number
  message: string
}

const faultsOf = (error: unknown): Fault[] =>
  error instanceof ProblemError
    ? (error.problem.places ?? []).flatMap(({ at, message }) => {
        const line = /^register:(\d+):\d+$/.exec(at)?.[1]
        return line ? [{ line: Number(line), message }] : []
      })
    : []

export function ProposeScreen() {
  const { texts } = useAppearance()
  const register = useRegister()
  const source = useQuery({
    queryKey: ['register-source'],
    queryFn: async () => {
      const { register: versions } = await answer(
        api.GET('/api/v1/register/versions', { params: { query: { source: true } } }),
      )
      return versions[0]?.source ?? ''
    },
    retry: false,
  })
  const failed = source.error ?? register.error
  const again = () => void Promise.all([source.refetch(), register.refetch()])
  return (
    <Page title={texts.map.propose.title} lead={texts.map.propose.lead}>
      <MapTabs />
      {failed && <ProblemNote error={failed} onRetry={again} />}
      {!failed && !(source.isSuccess && register.data) && <Skeleton active paragraph={{ rows: 12 }} />}
      {source.isSuccess && register.data && <Drafting source={source.data} register={register.data} />}
    </Page>
  )
}

function Drafting({ source, register }: { source: string; register: Register }) {
  const { texts, language } = useAppearance()
  const words = texts.map.propose
  const { me } = useSession()
  const { busy, error, run } = useDoing()
  const queries = useQueryClient()
  const [draft, setDraft] = useDraft(me.actor)
  const [plan, setPlan] = useState<{ text: string; language: string; plan: Plan } | null>(null)
  const [applied, setApplied] = useState<Applied | null>(null)
  const [proposed, setProposed] = useState(false)
  const editor = useRef<EditorHandle>(null)
  const text = draft ?? source
  const faults = faultsOf(error)
  const marked = useMemo(() => new Set(faultsOf(error).map(({ line }) => line)), [error])
  const changed = useMemo(() => changedLines(source, text), [source, text])
  const mayPropose = may(me, 'POST', '/api/v1/register/proposals')
  const fresh = plan?.text === text && plan.language === language
  const check = () =>
    run(async () => {
      setPlan(null)
      setApplied(null)
      const found = await answer(api.POST('/api/v1/register/plans', { body: { register: text } }))
      setPlan({ text, language, plan: found })
    })
  const propose = (reason: string) =>
    run(async () => {
      await answer(api.POST('/api/v1/register/proposals', { body: { register: text, reason } }))
      setProposed(true)
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    })
  const apply = (approval?: string) =>
    run(async () => {
      const body = { register: text, ...(approval ? { approval } : {}) }
      const done = await answer(api.POST('/api/v1/register/versions', { body }))
      setApplied(done)
      setProposed(false)
      setPlan(null)
      setDraft(null)
      // Everything here follows from the register.
      await queries.invalidateQueries()
    })

  return (
    <>
      {applied && (
        <Alert
          className="map-alert"
          type="success"
          showIcon
          role="status"
          title={words.applied(applied.register_version, applied.entry)}
          description={applied.jobs > 0 && words.appliedJobs(applied.jobs)}
          action={<Link to="/map/history">{words.seeHistory}</Link>}
        />
      )}
      <div className="map-propose">
        <Panel
          title={words.text}
          note={changed === 0 ? words.unchanged : words.changedLines(changed)}
          extra={
            <div className="map-actions">
              <Button size="small" icon={<UndoOutlined aria-hidden />} disabled={changed === 0} onClick={() => setDraft(null)}>
                {words.reset}
              </Button>
              <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => save(text, `${words.file}.toml`)}>
                {words.download}
              </Button>
            </div>
          }
          flush
        >
          <Editor ref={editor} label={words.label} value={text} marked={marked} onChange={setDraft} />
          <div className="map-foot">
            <Button type="primary" loading={busy} disabled={changed === 0} onClick={() => void check()}>
              {busy ? words.checking : words.check}
            </Button>
          </div>
        </Panel>
        <div>
          {faults.length > 0 ? (
            <Panel title={words.findings(faults.length)} flush>
              <div role="alert">
                <ul className="map-faults">
                  {faults.map(({ line, message }) => (
                    <li key={`${line} ${message}`}>
                      <Button type="link" size="small" onClick={() => editor.current?.goTo(line)}>
                        {words.line(line)}
                      </Button>
                      <span>{message}</span>
                    </li>
                  ))}
                </ul>
              </div>
            </Panel>
          ) : (
            error !== null && (
              <div className="map-alert">
                <ProblemNote error={error} />
              </div>
            )
          )}
          {plan && (
            <Panel title={words.plan}>
              {!fresh && <Alert className="map-alert" type="warning" showIcon title={words.stale} />}
              <Planned plan={plan.plan} register={register} />
              {fresh && plan.plan.changes.length > 0 && mayPropose && !proposed && (
                <Leave plan={plan.plan} busy={busy} onPropose={propose} onApply={() => apply()} />
              )}
              {!mayPropose && <p className="note">{words.mayNot}</p>}
            </Panel>
          )}
          {proposed && <Alert className="map-alert" type="info" showIcon role="status" title={words.proposed} />}
          {mayPropose && <Waiting draft={text} busy={busy} onApply={apply} />}
        </div>
      </div>
    </>
  )
}

/** What a planned change still needs: somebody else, or nothing but a second factor. */
function Leave(props: {
  plan: Plan
  busy: boolean
  onPropose: (reason: string) => Promise<void>
  onApply: () => Promise<void>
}) {
  const { texts } = useAppearance()
  const words = texts.map.propose
  const stands = (props.plan.reach?.policies.length ?? 0) === 0
  if (!props.plan.loosens) {
    return (
      <Button type="primary" loading={props.busy} disabled={!stands} onClick={() => void props.onApply()}>
        {words.apply}
      </Button>
    )
  }
  return (
    <Form<{ reason: string }>
      layout="vertical"
      requiredMark={false}
      disabled={!stands}
      onFinish={({ reason }) => void props.onPropose(reason.trim())}
    >
      <Form.Item
        name="reason"
        label={words.reason}
        extra={words.reasonHint}
        rules={[{ required: true, whitespace: true, message: words.reasonMissing }]}
      >
        <Input maxLength={120} autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={props.busy}>
        {words.submit}
      </Button>
    </Form>
  )
}
