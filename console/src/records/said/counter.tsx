// Asking the customer in front of oneself: a code for their own phone, and how far they have come.
import { CheckCircleOutlined, ClockCircleOutlined, LoadingOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Checkbox, Form, Modal, Radio, Select, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { usePurposeTitle, useRegister } from '../../api/register'
import { useDoing } from '../../shared/doing'
import { useNow } from '../../shared/due'
import { EntryLink } from '../../shared/entry-link'
import { ProblemNote } from '../../shared/problem'
import { useAppearance } from '../../texts'
import { useNotices } from './notice'
import { useSaid } from './texts'

type Session = Schemas['CounterSession']
type Outcome = Schemas['CounterOutcome']

interface Props {
  subject: string
  /** Why the adviser deals with the customer. */
  purpose: string
  onClose: () => void
  onAnswered: () => void
}

export function CounterDialog(props: Props) {
  const t = useSaid()
  return (
    <Modal open title={t.counter.title} footer={null} width={560} destroyOnHidden onCancel={props.onClose}>
      <Counter {...props} />
    </Modal>
  )
}

function Counter(props: Props) {
  const [session, setSession] = useState<Session | null>(null)
  return session ? (
    <Shown {...props} session={session} onAgain={() => setSession(null)} />
  ) : (
    <Choose {...props} onOpened={setSession} />
  )
}

interface Asked {
  notice: string
  purposes: string[]
  language: 'zh' | 'en'
}

/** What the notices in force ask about, by notice. */
function useAskable() {
  const register = useRegister()
  const notices = useNotices()
  const needed = new Set(
    (register.data?.purposes ?? [])
      .filter(({ consent, basis }) => consent !== null || Object.values(basis).includes('consent'))
      .map(({ name }) => name),
  )
  const askable = (notices.data?.notices ?? [])
    .filter(({ state }) => state === 'in-force')
    .map(({ name, title, purposes }) => ({ name, title, purposes: purposes.filter((one) => needed.has(one)) }))
    .filter(({ purposes }) => purposes.length > 0)
  return { notices, askable }
}

function Choose({ subject, purpose, onOpened, onClose }: Props & { onOpened: (session: Session) => void }) {
  const { texts, language } = useAppearance()
  const t = useSaid()
  const { busy, error, run } = useDoing()
  const { notices, askable } = useAskable()
  const purposeTitle = usePurposeTitle()
  const [form] = Form.useForm<Asked>()
  const chosen = Form.useWatch('notice', form) ?? askable[0]?.name
  if (notices.isPending) return <Skeleton active paragraph={{ rows: 4 }} title={false} />
  if (notices.isError) return <ProblemNote error={notices.error} onRetry={() => void notices.refetch()} />
  const first = askable[0]
  if (!first) return <Alert type="info" showIcon title={t.counter.none} />
  const of = (name: string | undefined) => askable.find((one) => one.name === name)?.purposes ?? []

  const ask = (asked: Asked) =>
    run(async () => {
      const session = await answer(
        api.POST('/api/v1/subjects/{subject}/counter-sessions', {
          params: { path: { subject } },
          body: { purpose, ...asked },
        }),
      )
      onOpened(session)
    })
  return (
    <div className="stack">
      <p className="note">{t.counter.lead}</p>
      {error !== null && <ProblemNote error={error} />}
      <Form<Asked>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ notice: first.name, purposes: first.purposes, language }}
        onFinish={(asked) => void ask(asked)}
        onValuesChange={(changed) => {
          if (changed.notice) form.setFieldsValue({ purposes: of(changed.notice) })
        }}
      >
        <Form.Item name="notice" label={t.counter.notice}>
          <Select options={askable.map(({ name, title }) => ({ value: name, label: title }))} />
        </Form.Item>
        <Form.Item name="purposes" label={t.counter.about} rules={[{ type: 'array', min: 1, message: t.enter.missing }]}>
          <Checkbox.Group options={of(chosen).map((name) => ({ value: name, label: purposeTitle(name) }))} />
        </Form.Item>
        <Form.Item name="language" label={t.counter.language}>
          <Radio.Group
            options={(['zh', 'en'] as const).map((value) => ({ value, label: t.counter.languages[value] }))}
          />
        </Form.Item>
        <div className="dialog-foot">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t.counter.open}
          </Button>
        </div>
      </Form>
    </div>
  )
}

const OVER: readonly string[] = ['answered', 'expired']

function Shown({ subject, session, onAgain, onClose, onAnswered }: Props & { session: Session; onAgain: () => void }) {
  const t = useSaid()
  const outcome = useQuery({
    queryKey: ['counter', session.id],
    queryFn: () =>
      answer(
        api.GET('/api/v1/subjects/{subject}/counter-sessions/{counter}', {
          params: { path: { subject, counter: session.id } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data && OVER.includes(state.data.state) ? false : EVERY),
    gcTime: 0,
    retry: false,
  })
  const state = outcome.data?.state ?? 'waiting'
  const isOver = OVER.includes(state)
  useEffect(() => {
    if (state === 'answered') onAnswered()
    // Once, when the answer has come.
    // oxlint-disable-next-line
  }, [state])
  return (
    <div className="stack said-counter">
      {!isOver && (
        <>
          <img
            className="said-qr"
            src={`data:image/svg+xml;base64,${btoa(session.qr)}`}
            alt={t.counter.qr}
            width={288}
            height={288}
          />
          <a href={session.url} target="_blank" rel="noopener">
            {t.counter.tablet}
          </a>
        </>
      )}
      <div className="said-state" role="status" data-state={state}>
        <Sign state={state} />
        <strong>{t.counter.states[state]}</strong>
        {!isOver && <Left until={session.expires_at} />}
      </div>
      {outcome.isError && <p className="note">{t.counter.offline}</p>}
      {outcome.data && state === 'answered' && <Answered outcome={outcome.data} />}
      <div className="dialog-foot">
        {state === 'expired' && <Button onClick={onAgain}>{t.counter.again}</Button>}
        <Button type={isOver ? 'primary' : 'default'} onClick={onClose}>
          {t.counter.done}
        </Button>
      </div>
    </div>
  )
}

const EVERY = 2_000

function Sign({ state }: { state: Outcome['state'] }) {
  if (state === 'answered') return <CheckCircleOutlined aria-hidden className="said-ink-ok" />
  if (state === 'expired') return <ClockCircleOutlined aria-hidden className="said-ink-warm" />
  return <LoadingOutlined aria-hidden />
}

function Left({ until }: { until: string }) {
  const t = useSaid()
  const now = useNow(1_000)
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  // Not read aloud each second.
  return (
    <span className="note" aria-hidden>
      {t.counter.left(clock)}
    </span>
  )
}

function Answered({ outcome }: { outcome: Outcome }) {
  const t = useSaid()
  const purposeTitle = usePurposeTitle()
  const said = [
    ...(outcome.on ?? []).map((name) => [name, true] as const),
    ...(outcome.off ?? []).map((name) => [name, false] as const),
  ]
  return (
    <ul className="said-answers">
      {said.map(([name, yes], at) => {
        const entry = outcome.entries?.[at]
        return (
          <li key={name}>
            <span className={`said-sign said-${yes ? 'ok' : 'hot'}`}>{yes ? t.counter.on : t.counter.off}</span>
            <span>{purposeTitle(name)}</span>
            {entry !== undefined && <EntryLink entry={entry} />}
          </li>
        )
      })}
    </ul>
  )
}
