// One approval: what would happen, why, what binds it, and the decision.
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  RollbackOutlined,
  StopOutlined,
} from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { Colleagues, useRoleTitle, Who } from '../shared/colleagues'
import { useDoing } from '../shared/doing'
import { State, type Tone } from '../shared/due'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Body, useSummary } from './body'
import { Digest, useIsRight } from './digest'
import type { Approval } from './items'

/** Which roles decide about which act, as the server has it; it decides again. */
const DECIDERS: Record<string, readonly string[]> = {
  export: ['protection-officer'],
  register: ['protection-officer', 'legal-reviewer'],
  policies: ['protection-officer', 'legal-reviewer'],
  'epoch-destruction': ['protection-officer', 'security-admin'],
  grant: ['protection-officer', 'security-admin'],
  notice: ['protection-officer', 'legal-reviewer'],
}

export function ApprovalDetail({ id }: { id: string }) {
  const { texts } = useAppearance()
  const summary = useSummary()
  const one = useQuery({
    queryKey: ['approvals', 'one', id],
    queryFn: () => answer(api.GET('/api/v1/approvals/{approval}', { params: { path: { approval: id } } })),
  })
  const t = texts.people.approvals
  if (one.isError) return <ProblemNote error={one.error} onRetry={() => void one.refetch()} />
  if (!one.data) return <Skeleton active />
  const approval = one.data
  return (
    <Colleagues ids={[approval.requested_by, approval.decided_by, holderOf(approval)]}>
      <div className="detail">
        <header>
          <span className="inbox-act">{t.acts[approval.act] ?? approval.act}</span>
          <h2>{summary(approval)}</h2>
          <ApprovalStateMark state={approval.state} />
        </header>
        <Said by={approval.requested_by} at={approval.requested_at} words={approval.reason} name={t.reason} />
        <h3 className="detail-what">{t.what}</h3>
        <Body approval={approval} />
        <Digest approval={approval} />
        {approval.decided_by && approval.decided_at && (
          <Said
            by={approval.decided_by}
            at={approval.decided_at}
            words={approval.note ?? ''}
            name={approval.state === 'rejected' ? t.rejectedBy : t.approvedBy}
          />
        )}
        <Decision approval={approval} />
        {approval.entry != null && <p className="note">{t.recorded(texts.entry(approval.entry))}</p>}
      </div>
    </Colleagues>
  )
}

const holderOf = ({ act, body }: Approval): string | null => {
  const { holder } = body as { holder?: string }
  return act === 'grant' && holder ? holder : null
}

/** Who said what, and when. */
export function Said({ by, at, words, name }: { by: string; at: string; words: string; name: string }) {
  const { moment } = useAppearance()
  return (
    <figure className="said">
      <figcaption>
        <span>{name}</span> <Who id={by} /> <span className="note">{moment(at)}</span>
      </figcaption>
      {words && <blockquote>{words}</blockquote>}
    </figure>
  )
}

/** What the caller may do about it, or why not. */
function Decision({ approval }: { approval: Approval }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const title = useRoleTitle()
  const t = texts.people.approvals
  const deciders = DECIDERS[approval.act] ?? []
  const names = deciders.map(title).join(t.comma)
  const waits = approval.state === 'open' || approval.state === 'approved'
  if (!waits) return null
  if (approval.requested_by === me.actor) return <Own approval={approval} deciders={names} />
  if (!deciders.some((role) => me.roles.includes(role))) {
    return <Alert type="info" showIcon title={t.notYours} description={t.decidedBy(names)} />
  }
  return <Decide approval={approval} />
}

function Own({ approval, deciders }: { approval: Approval; deciders: string }) {
  const { texts, moment } = useAppearance()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const t = texts.people.approvals

  async function withdraw() {
    const params = { path: { approval: approval.approval } }
    const done = await run(() => answer(api.DELETE('/api/v1/approvals/{approval}', { params })))
    if (done) void message.success(t.withdrawn)
    await queries.invalidateQueries({ queryKey: ['approvals'] })
  }
  const approved = approval.state === 'approved'
  return (
    <div className="stack">
      <Alert
        type={approved ? 'success' : 'info'}
        showIcon
        title={approved ? t.ownApproved : t.own}
        description={approved ? t.next[approval.act]?.(moment(approval.expires_at), approval.approval) : t.ownWhy(deciders)}
      />
      {error !== null && <ProblemNote error={error} />}
      <div>
        <Button icon={<RollbackOutlined aria-hidden />} loading={busy} onClick={() => void withdraw()}>
          {t.withdraw}
        </Button>
      </div>
    </div>
  )
}

function Decide({ approval }: { approval: Approval }) {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const [form] = Form.useForm<{ note?: string }>()
  const right = useIsRight(approval)
  const t = texts.people.approvals
  const approved = approval.state === 'approved'

  async function decide(decision: Schemas['DecisionWord']) {
    const note = (form.getFieldValue('note') as string | undefined)?.trim()
    if (decision === 'reject' && !note) {
      form.setFields([{ name: 'note', errors: [t.noteMissing] }])
      return
    }
    const params = { path: { approval: approval.approval } }
    const body = { decision, digest: approval.digest, ...(note ? { note } : {}) }
    const done = await run(() => answer(api.PUT('/api/v1/approvals/{approval}/decision', { params, body })))
    if (done) {
      form.resetFields()
      void message.success(decision === 'approve' ? t.approvedSaid : t.rejectedSaid)
    }
    await queries.invalidateQueries({ queryKey: ['approvals'] })
    await queries.invalidateQueries({ queryKey: ['grants'] })
  }
  return (
    <Form form={form} layout="vertical" requiredMark={false} className="decide">
      {error !== null && <ProblemNote error={error} />}
      {right === false && <Alert type="error" showIcon title={t.digestWrong} description={t.digestWrongWhat} />}
      <Form.Item name="note" label={approved ? t.noteBack : t.note} extra={t.noteHint}>
        <Input.TextArea rows={2} maxLength={600} />
      </Form.Item>
      <div className="acts">
        {!approved && (
          <Button
            type="primary"
            icon={<CheckCircleOutlined aria-hidden />}
            disabled={right === false}
            loading={busy}
            onClick={() => void decide('approve')}
          >
            {t.approve}
          </Button>
        )}
        <Button danger icon={<CloseCircleOutlined aria-hidden />} loading={busy} onClick={() => void decide('reject')}>
          {approved ? t.takeBack : t.reject}
        </Button>
        <span className="note">{t.stepUp}</span>
      </div>
    </Form>
  )
}

const LOOKS: Record<string, readonly [Tone, ReactNode]> = {
  open: ['warm', <ClockCircleOutlined key="open" aria-hidden />],
  approved: ['ok', <CheckCircleOutlined key="approved" aria-hidden />],
  spent: ['ok', <CheckCircleOutlined key="spent" aria-hidden />],
  rejected: ['hot', <CloseCircleOutlined key="rejected" aria-hidden />],
  withdrawn: ['muted', <RollbackOutlined key="withdrawn" aria-hidden />],
  expired: ['muted', <StopOutlined key="expired" aria-hidden />],
}

export function ApprovalStateMark({ state }: { state: string }) {
  const { texts } = useAppearance()
  const [tone, icon] = LOOKS[state] ?? ['muted', null]
  return (
    <State tone={tone} icon={icon}>
      {texts.people.approvals.states[state] ?? state}
    </State>
  )
}
