// What somebody must look at now: raised, acknowledged, closed, with the time that each took.
import { AlertOutlined, CheckCircleOutlined, EyeOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Empty, Form, Radio, Segmented, Skeleton, Tag } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { useDoing } from '../shared/doing'
import { type Tone, useNow } from '../shared/due'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import '../people/people.css'

type Alarm = Schemas['Alarm']
type Outcome = Schemas['OutcomeWord']
type View = 'open' | 'closed'

const OUTCOMES: readonly Outcome[] = ['handled', 'harmless', 'escalated']

export function Alarms() {
  const { texts } = useAppearance()
  const [view, setView] = useState<View>('open')
  const [closing, setClosing] = useState<Alarm | null>(null)
  const { error, run } = useDoing()
  const t = texts.people.alarms
  const alarms = useQuery({
    queryKey: ['alarms', 'all'],
    queryFn: () => answer(api.GET('/api/v1/alarms', { params: { query: { all: true, limit: 500 } } })),
    refetchInterval: 30_000,
  })
  const { open, closed } = useMemo(() => sorted(alarms.data?.alarms ?? []), [alarms.data])
  const rows = view === 'open' ? open : closed
  const ids = useMemo(
    () => (alarms.data?.alarms ?? []).flatMap((one) => [one.actor, one.seen_by, one.closed_by]),
    [alarms.data],
  )

  async function see({ alarm }: Alarm) {
    await run(() => answer(api.PUT('/api/v1/alarms/{alarm}/seen', { params: { path: { alarm } } })))
    await alarms.refetch()
  }
  return (
    <Colleagues ids={ids}>
      <Page title={texts.alarms.title} lead={t.lead(open.filter((one) => !one.seen_by).length, open.length)}>
        {alarms.isError && <ProblemNote error={alarms.error} onRetry={() => void alarms.refetch()} />}
        {error !== null && <ProblemNote error={error} />}
        <Segmented<View>
          className="views-switch"
          value={view}
          options={[
            { value: 'open', label: t.open(open.length) },
            { value: 'closed', label: t.closed(closed.length) },
          ]}
          onChange={setView}
        />
        {alarms.isPending && <Skeleton active />}
        {alarms.isSuccess && rows.length === 0 && (
          <Panel title={texts.alarms.title}>
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={view === 'open' ? t.quiet : t.noneClosed} />
          </Panel>
        )}
        <div className="alarms">
          {rows.map((one) => (
            <OneAlarm key={one.alarm} alarm={one} onSee={() => void see(one)} onClose={() => setClosing(one)} />
          ))}
        </div>
        <Dialog<{ outcome: Outcome }>
          open={closing !== null}
          title={t.closeTitle}
          lead={<p className="note">{t.closeLead}</p>}
          submit={t.close}
          onClose={() => setClosing(null)}
          onSubmit={async ({ outcome }) => {
            const params = { path: { alarm: closing?.alarm ?? '' } }
            await answer(api.PUT('/api/v1/alarms/{alarm}/outcome', { params, body: { outcome } }))
            await alarms.refetch()
          }}
        >
          <Form.Item name="outcome" label={t.outcome} rules={[{ required: true, message: t.outcomeMissing }]}>
            <Radio.Group className="reasons-choice">
              {OUTCOMES.map((outcome) => (
                <Radio key={outcome} value={outcome}>
                  {t.outcomes[outcome]} <span className="note">{t.outcomeNotes[outcome]}</span>
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
        </Dialog>
      </Page>
    </Colleagues>
  )
}

/** Those nobody looked at first, the oldest of them first: it has waited the longest. */
function sorted(all: readonly Alarm[]) {
  const by = (one: Alarm) => Number(Boolean(one.seen_by)) * 1e15 + Date.parse(one.at)
  const open = all.filter((one) => !one.closed_by).sort((one, other) => by(one) - by(other))
  return { open, closed: all.filter((one) => one.closed_by) }
}

interface StepProps {
  icon: ReactNode
  tone: Tone
  name: string
  by?: string | null | undefined
  at?: string | null | undefined
  /** How long it took since the step before, or has been waited for. */
  took?: string | undefined
  children?: ReactNode
}

function OneAlarm({ alarm, onSee, onClose }: { alarm: Alarm; onSee: () => void; onClose: () => void }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const now = useNow()
  const t = texts.people.alarms
  const own = alarm.actor === me.actor
  const between = (from: string, to?: string | null) =>
    texts.people.due.span(Math.max(0, ((to ? Date.parse(to) : now) - Date.parse(from)) / 1000))
  return (
    <article className="alarm" data-state={alarm.closed_by ? 'closed' : alarm.seen_by ? 'seen' : 'new'}>
      <header>
        <h2>{t.kinds[alarm.kind] ?? alarm.kind}</h2>
        <p className="note">
          {t.abouts[alarm.kind] ?? ''} <code>{alarm.about}</code>
        </p>
      </header>
      <ol className="steps">
        <Step icon={<AlertOutlined aria-hidden />} tone="hot" name={t.raised} by={alarm.actor} at={alarm.at} />
        <Step
          icon={<EyeOutlined aria-hidden />}
          tone={alarm.seen_by ? 'ok' : 'hot'}
          name={t.seen}
          by={alarm.seen_by}
          at={alarm.seen_at}
          took={alarm.seen_by ? t.after(between(alarm.at, alarm.seen_at)) : t.waiting(between(alarm.at))}
        >
          {!alarm.seen_by && !own && (
            <Button size="small" type="primary" onClick={onSee}>
              {texts.alarms.see}
            </Button>
          )}
          {!alarm.seen_by && own && <span className="note">{t.own}</span>}
        </Step>
        <Step
          icon={<CheckCircleOutlined aria-hidden />}
          tone={alarm.closed_by ? 'ok' : 'muted'}
          name={t.closedStep}
          by={alarm.closed_by}
          at={alarm.closed_at}
          took={alarm.closed_by ? t.after(between(alarm.seen_at ?? alarm.at, alarm.closed_at)) : t.notYet}
        >
          {alarm.outcome && <Tag color="success">{t.outcomes[alarm.outcome] ?? alarm.outcome}</Tag>}
          {alarm.seen_by && !alarm.closed_by && !own && (
            <Button size="small" onClick={onClose}>
              {t.close}
            </Button>
          )}
        </Step>
      </ol>
    </article>
  )
}

function Step({ icon, tone, name, by, at, took, children }: StepProps) {
  const { moment } = useAppearance()
  return (
    <li className={`tone-${tone}`}>
      <strong>
        {icon} {name}
      </strong>
      <div>{at ? moment(at) : took}</div>
      {by && <Who id={by} />}
      {at && took && <div className="note">{took}</div>}
      {children}
    </li>
  )
}
