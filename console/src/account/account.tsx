// Oneself: who one is here, what proves it, where one is signed in, on what devices.
import { CheckCircleOutlined, ClockCircleOutlined, LaptopOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { Devices } from '../people/devices'
import { RoleTags } from '../people/list'
import '../people/people.css'
import { RecoveryCodes } from '../session/recovery-codes'
import { useSession } from '../session/session'
import { Dialog } from '../shared/dialog'
import { useDoing } from '../shared/doing'
import { State, useNow } from '../shared/due'
import { Facts } from '../shared/facts'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { SessionTable } from '../shared/sessions'
import { useAppearance } from '../texts'

export function Account() {
  const { texts } = useAppearance()
  const { me } = useSession()
  return (
    <Page title={texts.account.title} lead={me.person?.name ?? ''}>
      <div className="columns">
        <div>
          <Oneself />
          <Sessions />
          <OwnDevices />
        </div>
        <div>
          <Factor />
          <Password />
        </div>
      </div>
    </Page>
  )
}

function Oneself() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const now = useNow()
  const t = texts.people.account
  const end = me.person?.session_expires_at
  return (
    <Panel title={t.who}>
      <Facts
        rows={[
          [texts.people.staff.name, <strong key="name">{me.person?.name}</strong>],
          [texts.people.staff.login, <code key="login">{me.person?.login}</code>],
          [texts.people.staff.roles, <RoleTags key="roles" roles={me.roles} />],
          [texts.people.staff.place, [me.site, me.region].filter(Boolean).join(' · ')],
          [t.sessionEnds, end ? t.until(moment(end), texts.people.due.span(Math.max(0, (Date.parse(end) - now) / 1000))) : null],
          [t.ledgerName, <code key="actor">{me.actor}</code>],
        ]}
      />
      <p className="note">{t.rolesNote}</p>
    </Panel>
  )
}

function Factor() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const { busy, error, run } = useDoing()
  const now = useNow()
  const [codes, setCodes] = useState<string[] | null>(null)
  const t = texts.people.account
  const until = me.person?.second_factor_until
  const fresh = until != null && Date.parse(until) > now

  async function renew() {
    const made = await run(() => answer(api.POST('/api/v1/me/recovery-codes')))
    if (made) setCodes(made.recovery_codes)
  }
  return (
    <Panel title={texts.account.factor}>
      {error !== null && <ProblemNote error={error} />}
      <Facts
        rows={[
          [
            t.totp,
            <State key="totp" tone="ok" icon={<CheckCircleOutlined aria-hidden />}>
              {t.totpOn}
            </State>,
          ],
          [
            t.fresh,
            fresh ? (
              <State key="fresh" tone="ok" icon={<CheckCircleOutlined aria-hidden />}>
                {texts.account.factorFresh(moment(until))}
              </State>
            ) : (
              <State key="fresh" tone="muted" icon={<ClockCircleOutlined aria-hidden />}>
                {texts.account.factorStale}
              </State>
            ),
          ],
        ]}
      />
      <p className="note">{t.codesNote}</p>
      <div className="acts">
        <Button loading={busy} onClick={() => void renew()}>
          {texts.account.newCodes}
        </Button>
        <span className="note">{texts.account.newCodesHint}</span>
      </div>
      <Modal open={codes !== null} footer={null} closable={false} keyboard={false} destroyOnHidden width={460}>
        {codes && <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />}
      </Modal>
    </Panel>
  )
}

interface Change {
  current: string
  password: string
  again: string
}

function Password() {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const [form] = Form.useForm<Change>()
  const t = texts.people.account

  async function change({ current, password }: Change) {
    const done = await run(async () => {
      await answer(api.PUT('/api/v1/me/password', { body: { current, password } }))
      return true
    })
    if (!done) return
    // The page keeps neither.
    form.resetFields()
    void message.success(t.passwordChanged)
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  }
  return (
    <Panel title={t.password}>
      {error !== null && <ProblemNote error={error} />}
      <Form<Change> form={form} layout="vertical" requiredMark={false} onFinish={(given) => void change(given)}>
        <Form.Item name="current" label={t.passwordNow} rules={[{ required: true, message: t.passwordMissing }]}>
          <Input type="password" autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t.passwordNew}
          extra={texts.activate.passwordHint}
          rules={[{ required: true, min: 12, message: texts.activate.missing }]}
        >
          <Input type="password" autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={texts.activate.again}
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, typed) =>
                typed === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(texts.activate.different)),
            }),
          ]}
        >
          <Input type="password" autoComplete="new-password" />
        </Form.Item>
        <div className="acts">
          <Button type="primary" htmlType="submit" loading={busy}>
            {t.passwordSubmit}
          </Button>
          <span className="note">{t.passwordNote}</span>
        </div>
      </Form>
    </Panel>
  )
}

function Sessions() {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const { signOut } = useSession()
  const { busy, error, run } = useDoing()
  const list = useQuery({ queryKey: ['sessions'], queryFn: () => answer(api.GET('/api/v1/sessions')) })

  async function end(session: string) {
    const done = await run(async () => {
      await answer(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } }))
      return true
    })
    if (done) void message.success(texts.account.ended)
    await list.refetch()
  }
  async function endAll() {
    await run(async () => {
      await answer(api.DELETE('/api/v1/sessions'))
      await signOut()
    })
  }
  return (
    <Panel
      title={texts.account.sessions}
      flush
      extra={
        <Button size="small" danger title={texts.account.endAllHint} loading={busy} onClick={() => void endAll()}>
          {texts.account.endAll}
        </Button>
      }
    >
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      <SessionTable sessions={list.data?.sessions ?? []} loading={list.isPending} onEnd={(session) => void end(session)} />
    </Panel>
  )
}

function OwnDevices() {
  const { texts } = useAppearance()
  const queries = useQueryClient()
  const [registering, setRegistering] = useState(false)
  const [registered, setRegistered] = useState(false)
  const t = texts.people.devices
  return (
    <>
      {registered && <Alert className="gap" type="success" showIcon title={t.registered} description={t.registeredWhat} />}
      <Devices
        extra={
          <Button size="small" icon={<LaptopOutlined aria-hidden />} onClick={() => setRegistering(true)}>
            {t.register}
          </Button>
        }
      />
      <Dialog<{ name: string }>
        open={registering}
        title={t.register}
        lead={<p className="note">{t.registerLead}</p>}
        submit={t.register}
        onClose={() => setRegistering(false)}
        onSubmit={async ({ name }) => {
          await answer(api.POST('/api/v1/devices', { body: { name } }))
          setRegistered(true)
          await queries.invalidateQueries({ queryKey: ['devices'] })
        }}
      >
        <Form.Item name="name" label={t.name} extra={t.nameHint} rules={[{ required: true, max: 60, whitespace: true, message: t.nameBad }]}>
          <Input autoComplete="off" />
        </Form.Item>
      </Dialog>
    </>
  )
}
