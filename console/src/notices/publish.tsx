// The way of a draft into force: simulated first, then published, or proposed for somebody else to approve.
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Due, State } from '../shared/due'
import { EntryLink } from '../shared/entry-link'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Sentences, Verdict } from './compare'
import { type Approval, bodyOf, useParagraphs, useProposals } from './data'
import { ChangeList } from './marks'
import type { Bound, Plan, Preview } from './model'
import { Simulation } from './simulation'
import { useWords } from './words'

type Published = Schemas['NoticePublished']

interface Props {
  name: string
  text: string
  current?: number
  previews: readonly Preview[]
  /** Saves the draft if it must be; whether it is saved now. */
  onSave: () => Promise<boolean>
  onPublished: () => void
}

interface Kept {
  of: string
  language: string
  plan: Plan
  preview: Preview | undefined
}

export function Publishing({ name, text, current, previews, onSave, onPublished }: Props) {
  const { language } = useAppearance()
  const words = useWords().plan
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const [kept, setKept] = useState<Kept | null>(null)
  const [published, setPublished] = useState<Published | null>(null)
  const [proposed, setProposed] = useState<string | null>(null)
  const fresh = kept !== null && kept.of === text && kept.language === language

  const simulate = () =>
    run(async () => {
      setPublished(null)
      setProposed(null)
      const plan = await answer(api.POST('/api/v1/notices/plans', { body: { notice: text } }))
      setKept({ of: text, language, plan, preview: previews.find((one) => one.language === language) })
    })
  const publish = (body: Omit<Schemas['NoticePublication'], 'notice'>) =>
    run(async () => {
      const done = await answer(api.POST('/api/v1/notices/versions', { body: { notice: text, ...body } }))
      setPublished(done)
      setKept(null)
      onPublished()
      await queries.invalidateQueries({ queryKey: ['notices'] })
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    })
  const propose = (reason: string, at: string | null) =>
    run(async () => {
      // Who decides reads it there.
      if (!(await onSave())) return
      const body = { notice: text, reason, ...(at ? { effective_at: at } : {}) }
      const asked = await answer(api.POST('/api/v1/notices/proposals', { body }))
      setProposed(asked.approval)
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    })
  return (
    <>
      <Waiting name={name} hash={fresh ? kept.plan.hash : null} busy={busy} onPublish={publish} />
      {published && (
        <Alert
          className="notice-alert"
          type="success"
          showIcon
          role="status"
          title={words.published(published.version, published.in_force)}
          description={<EntryLink entry={published.entry} />}
          action={
            <Link to="/notices/$name" params={{ name }} search={{ version: published.version }}>
              {words.toNotice}
            </Link>
          }
        />
      )}
      <Panel
        title={words.title}
        note={kept && (fresh ? words.lead : words.stale)}
        extra={
          <Button type={fresh ? 'default' : 'primary'} size="small" loading={busy} onClick={() => void simulate()}>
            {kept ? words.again : words.run}
          </Button>
        }
      >
        <div className="stack">
          {error !== null && <ProblemNote error={error} />}
          {!kept && error === null && <p className="note">{words.before}</p>}
          {proposed && (
            <Alert
              type="success"
              showIcon
              role="status"
              title={words.proposed}
              action={
                <Link to="/approvals" search={{ id: proposed }}>
                  {words.toApprovals}
                </Link>
              }
            />
          )}
          {kept && (
            <div className={fresh ? 'stack' : 'stack stale'}>
              <Planned name={name} plan={kept.plan} preview={kept.preview} {...(current ? { current } : {})} />
              {fresh && !proposed && <Act plan={kept.plan} busy={busy} onPublish={(at) => publish(at ? { effective_at: at } : {})} onPropose={propose} />}
            </div>
          )}
        </div>
      </Panel>
    </>
  )
}

interface PlannedProps {
  name: string
  plan: Plan
  current?: number
  /** The text that was planned, as customers would read it. */
  preview: Preview | undefined
}

function Planned({ name, plan, current, preview }: PlannedProps) {
  const words = useWords()
  return (
    <>
      <p className="note">
        {plan.in_force ? words.plan.against(plan.version, plan.in_force) : words.plan.asFirst(plan.version)}
      </p>
      <Verdict widens={plan.widens} />
      {plan.changes.length > 0 && (
        <>
          <h3>
            {words.compare.items} <span className="note">{words.compare.counts(plan.changes.length)}</span>
          </h3>
          <ChangeList changes={plan.changes} />
        </>
      )}
      <Simulation found={plan} changes={plan.changes} />
      {current && preview && (
        <details className="about">
          <summary>{words.plan.difference}</summary>
          <AgainstInForce name={name} version={current} preview={preview} changes={plan.changes} purposes={plan.purposes} />
        </details>
      )}
    </>
  )
}

interface AgainstProps {
  name: string
  version: number
  preview: Preview
  changes: Plan['changes']
  purposes: readonly { purpose: string; title: string }[]
}

/** A draft against a version that was published, sentence by sentence. */
export function AgainstInForce({ name, version, preview, changes, purposes }: AgainstProps) {
  const { language } = useAppearance()
  const before = useParagraphs(name, version, language)
  if (before.isError) return <ProblemNote error={before.error} onRetry={() => void before.refetch()} />
  if (!before.data) return <Skeleton active title={false} paragraph={{ rows: 4 }} />
  const titled = purposes.map(({ purpose, title }) => ({ name: purpose, title: { zh: title, en: title } }))
  const bound = { purposes: titled } as Pick<Bound, 'purposes'>
  return <Sentences before={before.data} after={preview.paragraphs} changes={changes} bound={bound} />
}

interface ActProps {
  plan: Plan
  busy: boolean
  onPublish: (at: string | null) => Promise<unknown>
  onPropose: (reason: string, at: string | null) => Promise<unknown>
}

/** Publishing what widens nothing; proposing what does. */
function Act({ plan, busy, onPublish, onPropose }: ActProps) {
  const words = useWords().plan
  const widens = plan.widens
  return (
    <Form<{ reason?: string; at?: string }>
      layout="vertical"
      requiredMark={false}
      className="notice-act"
      onFinish={({ reason, at }) => {
        const effective = at ? new Date(at).toISOString() : null
        void (widens ? onPropose((reason ?? '').trim(), effective) : onPublish(effective))
      }}
    >
      {widens && (
        <Form.Item
          name="reason"
          label={words.reason}
          extra={words.reasonHint}
          rules={[{ required: true, whitespace: true, min: 2, max: 300, message: words.reasonMissing }]}
        >
          <Input.TextArea rows={2} maxLength={300} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item
        name="at"
        label={words.effective}
        extra={words.effectiveHint}
        rules={[
          {
            validator: (_, at?: string) =>
              at && Date.parse(at) < Date.now() ? Promise.reject(new Error(words.effectivePast)) : Promise.resolve(),
          },
        ]}
      >
        <Input type="datetime-local" className="wide" />
      </Form.Item>
      <div className="buttons">
        <Button type="primary" htmlType="submit" loading={busy}>
          {widens ? words.propose : words.publish}
        </Button>
        <span className="note">{widens ? words.proposeHint : words.publishHint}</span>
      </div>
    </Form>
  )
}

interface WaitingProps {
  name: string
  /** Of what the editor holds, as far as it is known. */
  hash: string | null
  busy: boolean
  onPublish: (body: Omit<Schemas['NoticePublication'], 'notice'>) => Promise<unknown>
}

const [WAITS, APPROVED] = [3 * 86_400, 86_400]

/** What this person proposed for the notice, with its way into force once somebody else approved it. */
function Waiting({ name, hash, busy, onPublish }: WaitingProps) {
  const { moment } = useAppearance()
  const { me } = useSession()
  const queries = useQueryClient()
  const { error, run, busy: withdrawing } = useDoing()
  const words = useWords().plan
  const list = useProposals()
  const own = (list.data ?? []).filter((one) => one.requested_by === me.actor && bodyOf(one).notice === name)
  if (own.length === 0) return null
  const withdraw = (approval: string) =>
    run(async () => {
      await answer(api.DELETE('/api/v1/approvals/{approval}', { params: { path: { approval } } }))
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    })
  const publish = (approval: Approval) => {
    const at = bodyOf(approval).effective_at
    return onPublish({ approval: approval.approval, ...(at ? { effective_at: at } : {}) })
  }
  return (
    <Panel title={words.waiting}>
      {error !== null && <ProblemNote error={error} />}
      <ul className="notice-waiting">
        {own.map((one) => (
          <li key={one.approval} data-approval={one.approval}>
            <Due at={one.expires_at} total={one.state === 'approved' ? APPROVED : WAITS} />
            <div>
              <State tone={one.state === 'approved' ? 'ok' : 'warm'}>{words.waitingStates[one.state] ?? one.state}</State>{' '}
              {one.reason}
              <div className="note">
                {words.simulatedAt(moment(bodyOf(one).simulation.at))}
                {hash !== null && ` · ${hash === bodyOf(one).sha256 ? words.waitingSame : words.waitingOther}`}
              </div>
            </div>
            <div className="buttons">
              {one.state === 'approved' && (
                <Button type="primary" size="small" loading={busy} onClick={() => void publish(one)}>
                  {words.publishApproved}
                </Button>
              )}
              <Button size="small" loading={withdrawing} onClick={() => void withdraw(one.approval)}>
                {words.withdraw}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
