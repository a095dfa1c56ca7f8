// One system: what it is told and how far it has got, and what may be done with it by whom it is for.
import { App, Button, Drawer, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { useDoing } from '../shared/doing'
import { Facts } from '../shared/facts'
import { ProblemNote } from '../shared/problem'
import { TypedWord } from '../shared/typed'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { type Interest, InterestItems, usePartTitle } from './interest'
import { type Downstream, failureWords, type Made } from './model'
import { Lag, Standing, Target } from './standing'

interface Props {
  of: Downstream | null
  /** How many entries the ledger has. */
  head: number
  onClose: () => void
  onChanged: () => Promise<unknown>
  onRotated: (made: Made) => void
}

export function DownstreamDrawer(props: Props) {
  return (
    <Drawer open={props.of !== null} size={560} title={props.of?.name} onClose={props.onClose} destroyOnHidden>
      {props.of && <One {...props} of={props.of} />}
    </Drawer>
  )
}

interface OneProps extends Props {
  of: Downstream
}

function One({ of, head, onChanged, onRotated }: OneProps) {
  const { moment } = useAppearance()
  const consenting = useConsenting()
  const { me } = useSession()
  const title = usePurposeTitle()
  const partTitle = usePartTitle()
  const t = consenting.downstreams
  return (
    <div className="sections downstream">
      <section>
        <Facts
          rows={[
            [t.state, <Standing key="state" of={of} />],
            [t.lag, <Lag key="lag" of={of} />],
            [t.told, t.before(of.delivered)],
            [t.acknowledged, t.before(of.acknowledged)],
            [t.head, t.headAt(head)],
          ]}
        />
      </section>
      <section>
        <Facts
          rows={[
            [t.way, t.kinds[of.kind] ?? of.kind],
            [of.kind === 'nats' ? t.targetNats : t.target, <Target key="target" of={of} />],
            [t.purposes, of.purposes.map(title).join(' · ')],
            [t.parts, of.parts.map(partTitle).join(' · ')],
            [t.oldUntil, of.old_secret_until ? moment(of.old_secret_until) : null],
            [
              t.registered,
              <span key="by">
                <Who id={of.created_by} plain /> · {moment(of.created_at)}
              </span>,
            ],
          ]}
        />
      </section>
      {may(me, 'PATCH', '/api/v1/downstreams/{name}') ? (
        of.state !== 'retired' && <Acts key={of.name} of={of} onChanged={onChanged} onRotated={onRotated} />
      ) : (
        <section>
          <h3>{t.acts}</h3>
          <p className="note">{t.actsOthers}</p>
        </section>
      )}
    </div>
  )
}

type Asked = 'change' | 'pause' | 'resume' | 'rotate' | 'replay' | 'acknowledge' | 'retire'

function Acts({ of, onChanged, onRotated }: Pick<OneProps, 'of' | 'onChanged' | 'onRotated'>) {
  const { texts } = useAppearance()
  const consenting = useConsenting()
  const { message } = App.useApp()
  const [asked, setAsked] = useState<Asked | null>(null)
  const t = consenting.downstreams
  const params = { path: { name: of.name } }
  const close = () => setAsked(null)
  const done = async (entry: number) => {
    void message.success(t.done(texts.entry(entry)))
    await onChanged()
  }
  const change = async (body: Schemas['DownstreamChange']) => {
    const { entry } = await answer(api.PATCH('/api/v1/downstreams/{name}', { params, body }))
    await done(entry)
  }
  const isPaused = of.state === 'paused'
  return (
    <section>
      <h3>{t.acts}</h3>
      <Test of={of} />
      <div className="acts">
        <Button onClick={() => setAsked('change')}>{t.change}</Button>
        <Button onClick={() => setAsked(isPaused ? 'resume' : 'pause')}>{isPaused ? t.resume : t.pause}</Button>
        <Button onClick={() => setAsked('replay')}>{t.replay}</Button>
        {of.kind === 'webhook' && <Button onClick={() => setAsked('rotate')}>{t.rotate}</Button>}
        <Button disabled={of.behind === 0} onClick={() => setAsked('acknowledge')}>
          {t.acknowledge}
        </Button>
        <Button danger onClick={() => setAsked('retire')}>
          {t.retire}
        </Button>
      </div>
      <Dialog<Interest & { target: string }>
        open={asked === 'change'}
        width={560}
        title={t.changeTitle(of.name)}
        submit={t.save}
        initial={{ target: of.target, purposes: of.purposes, parts: of.parts }}
        onClose={close}
        onSubmit={({ target, purposes, parts }) => change({ target, purposes, parts: parts ?? [] })}
      >
        <Form.Item
          name="target"
          label={of.kind === 'nats' ? t.targetNats : t.target}
          {...(of.kind === 'nats' ? {} : { extra: t.targetHint })}
          rules={[{ required: true, message: t.targetBad }]}
        >
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={300} />
        </Form.Item>
        <InterestItems />
      </Dialog>
      {(['pause', 'resume'] as const).map((act) => (
        <Dialog
          key={act}
          open={asked === act}
          title={`${t[act]} · ${of.name}`}
          lead={<p>{act === 'pause' ? t.pauseLead : t.resumeLead}</p>}
          submit={t[act]}
          onClose={close}
          onSubmit={() => change({ state: act === 'pause' ? 'paused' : 'active' })}
        />
      ))}
      <Dialog<{ overlap: number }>
        open={asked === 'rotate'}
        title={t.rotateTitle(of.name)}
        lead={<p className="note">{t.rotateLead}</p>}
        submit={t.rotate}
        initial={{ overlap: 86_400 }}
        onClose={close}
        onSubmit={async ({ overlap }) => {
          const body = { overlap_seconds: overlap }
          const made = await answer(api.POST('/api/v1/downstreams/{name}/rotate', { params, body }))
          onRotated(made)
          await onChanged()
        }}
      >
        <Form.Item name="overlap" label={t.overlap}>
          <Select options={t.overlaps.map(([value, label]) => ({ value, label }))} />
        </Form.Item>
      </Dialog>
      <Entry
        open={asked === 'replay'}
        title={t.replayTitle(of.name)}
        lead={t.replayLead}
        label={t.from}
        hint={t.fromHint}
        submit={t.replay}
        initial={0}
        onClose={close}
        onEntry={async (from) => {
          const { entry } = await answer(api.POST('/api/v1/downstreams/{name}/replays', { params, body: { from } }))
          await done(entry)
        }}
      />
      <Entry
        open={asked === 'acknowledge'}
        danger
        title={t.acknowledgeTitle(of.name)}
        lead={t.acknowledgeLead}
        label={t.upTo}
        submit={t.acknowledge}
        initial={of.acknowledged}
        onClose={close}
        onEntry={async (up_to) => {
          await answer(api.POST('/api/v1/downstreams/{name}/acknowledgements', { params, body: { up_to } }))
          await onChanged()
        }}
      />
      <Dialog
        open={asked === 'retire'}
        danger
        title={t.retireTitle(of.name)}
        lead={<p>{t.retireLead}</p>}
        submit={t.retire}
        onClose={close}
        onSubmit={() => change({ state: 'retired' })}
      >
        <TypedWord word={of.name} />
      </Dialog>
    </section>
  )
}

interface EntryProps {
  open: boolean
  title: string
  lead: string
  label: string
  hint?: string
  submit: string
  danger?: boolean
  initial: number
  onClose: () => void
  onEntry: (entry: number) => Promise<void>
}

/** An act that names an entry of the ledger. */
function Entry({ open, title, lead, label, hint, submit, danger, initial, onClose, onEntry }: EntryProps) {
  const consenting = useConsenting()
  return (
    <Dialog<{ entry: string }>
      open={open}
      danger={danger ?? false}
      title={title}
      lead={<p className="note">{lead}</p>}
      submit={submit}
      initial={{ entry: `${initial}` }}
      onClose={onClose}
      onSubmit={({ entry }) => onEntry(Number(entry))}
    >
      <Form.Item
        name="entry"
        label={label}
        {...(hint ? { extra: hint } : {})}
        rules={[{ required: true, pattern: /^\d{1,15}$/, message: consenting.downstreams.fromBad }]}
      >
        <Input inputMode="numeric" autoComplete="off" />
      </Form.Item>
    </Dialog>
  )
}

/** One message that tries the way; what became of it is told at once. */
function Test({ of }: { of: Downstream }) {
  const consenting = useConsenting()
  const { busy, error, run } = useDoing()
  const [said, setSaid] = useState<Schemas['Tried'] | null>(null)
  const t = consenting.downstreams

  async function test() {
    setSaid(null)
    const params = { path: { name: of.name } }
    const tried = await run(() => answer(api.POST('/api/v1/downstreams/{name}/tests', { params })))
    if (tried) setSaid(tried)
  }
  return (
    <div className="downstream-test">
      <Button type="primary" loading={busy} onClick={() => void test()}>
        {t.test}
      </Button>
      <span role="status" className={said ? (said.taken ? 'tone-ok' : 'tone-hot') : undefined}>
        {said && (said.taken ? t.tested : t.testFailed(failureWords(said.failure, t)))}
      </span>
      {error !== null && <ProblemNote error={error} />}
    </div>
  )
}
