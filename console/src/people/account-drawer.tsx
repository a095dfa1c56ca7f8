// One account: its roles, its sessions, and what may be done with it, each by whom it is for.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Drawer, Form, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Dialog } from '../shared/dialog'
import { useDoing } from '../shared/doing'
import { Facts } from '../shared/facts'
import { ProblemNote } from '../shared/problem'
import { SessionTable } from '../shared/sessions'
import { TypedWord } from '../shared/typed'
import { useAppearance } from '../texts'
import { StaffState } from './list'
import type { Opened, Staff } from './roles'
import { RoleEditor } from './role-editor'

interface Props {
  staff: string | null
  onClose: () => void
  onCode: (opened: Opened) => void
}

export function AccountDrawer({ staff, onClose, onCode }: Props) {
  const { texts } = useAppearance()
  const account = useQuery({
    queryKey: ['staff', 'one', staff],
    enabled: staff !== null,
    queryFn: () => answer(api.GET('/api/v1/staff/{staff}', { params: { path: { staff: staff ?? '' } } })),
  })
  return (
    <Drawer
      open={staff !== null}
      size={560}
      title={account.data && staff ? account.data.name : texts.people.staff.account}
      onClose={onClose}
      destroyOnHidden
    >
      {account.isError && <ProblemNote error={account.error} onRetry={() => void account.refetch()} />}
      {account.isPending && <Skeleton active />}
      {account.data && (
        <Account
          key={account.data.staff}
          account={account.data}
          onCode={(opened) => {
            onClose()
            onCode(opened)
          }}
        />
      )}
    </Drawer>
  )
}

/** Once more from the server, after a change. */
function useAgain(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['staff'] })
    await queries.invalidateQueries({ queryKey: ['colleagues'] })
  }
}

function Account({ account, onCode }: { account: Staff; onCode: (opened: Opened) => void }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const t = texts.people.staff
  const own = account.staff === me.actor
  return (
    <div className="sections">
      {own && <Alert type="info" showIcon title={t.own} />}
      <section>
        <Facts
          rows={[
            [t.login, <code key="login">{account.login}</code>],
            [t.state, <StaffState key="state" staff={account} />],
            [t.lockedUntil, account.locked_until ? moment(account.locked_until) : null],
            [t.place, [account.site, account.region].filter(Boolean).join(' · ')],
            [t.factor, account.second_factor ? t.enrolled : t.notEnrolled],
            [t.since, moment(account.created_at)],
            [t.id, <code key="id">{account.staff}</code>],
          ]}
        />
      </section>
      <RoleEditor account={account} own={own} />
      {may(me, 'GET', '/api/v1/staff/{staff}/sessions') && <Sessions account={account} />}
      <Acts account={account} own={own} onCode={onCode} />
    </div>
  )
}

function Sessions({ account }: { account: Staff }) {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const { busy, error, run } = useDoing()
  const path = { staff: account.staff }
  const list = useQuery({
    queryKey: ['staff', 'sessions', account.staff],
    queryFn: () => answer(api.GET('/api/v1/staff/{staff}/sessions', { params: { path } })),
  })
  const sessions = list.data?.sessions ?? []

  async function end() {
    const done = await run(() => answer(api.DELETE('/api/v1/staff/{staff}/sessions', { params: { path } })))
    if (!done) return
    void message.success(texts.people.staff.ended(done.ended))
    await list.refetch()
  }
  return (
    <section>
      <h3>
        {texts.people.staff.sessions}
        <Button size="small" danger disabled={sessions.length === 0} loading={busy} onClick={() => void end()}>
          {texts.people.staff.endAll}
        </Button>
      </h3>
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      <SessionTable sessions={sessions} loading={list.isPending} compact />
    </section>
  )
}

type Asked = 'move' | 'close' | 'open' | 'reset'

function Acts({ account, own, onCode }: { account: Staff; own: boolean; onCode: (opened: Opened) => void }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const again = useAgain()
  const [asked, setAsked] = useState<Asked | null>(null)
  const t = texts.people.staff
  if (!may(me, 'PATCH', '/api/v1/staff/{staff}')) {
    return (
      <section>
        <h3>{t.acts}</h3>
        <p className="note">{t.actsOthers}</p>
      </section>
    )
  }
  const params = { path: { staff: account.staff }, header: { 'If-Match': `"${account.version}"` } }
  const change = async (body: { state?: 'active' | 'disabled'; site?: string | null; region?: string | null }) => {
    await answer(api.PATCH('/api/v1/staff/{staff}', { params, body }))
    await again()
  }
  const close = () => setAsked(null)
  return (
    <section>
      <h3>{t.acts}</h3>
      <div className="acts">
        <Button disabled={own} onClick={() => setAsked('move')}>
          {t.move}
        </Button>
        <Button disabled={own || account.state === 'disabled'} onClick={() => setAsked('reset')}>
          {t.reset}
        </Button>
        {account.state === 'disabled' ? (
          <Button disabled={own} onClick={() => setAsked('open')}>
            {t.reopen}
          </Button>
        ) : (
          <Button danger disabled={own} onClick={() => setAsked('close')}>
            {t.close}
          </Button>
        )}
      </div>
      <p className="note">{t.actsNote}</p>
      <Dialog<{ site?: string; region?: string }>
        open={asked === 'move'}
        title={t.moveTitle(account.name)}
        lead={<p className="note">{t.moveLead}</p>}
        submit={t.save}
        initial={{ site: account.site ?? '', region: account.region ?? '' }}
        onClose={close}
        onSubmit={({ site, region }) => change({ site: site || null, region: region || null })}
      >
        <Form.Item name="site" label={t.site}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
        <Form.Item name="region" label={t.region}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
      </Dialog>
      <Dialog
        open={asked === 'close'}
        danger
        title={t.closeTitle(account.name)}
        lead={<p>{t.closeLead}</p>}
        submit={t.close}
        onClose={close}
        onSubmit={() => change({ state: 'disabled' })}
      >
        <TypedWord word={account.login} />
      </Dialog>
      <Dialog
        open={asked === 'open'}
        title={t.reopenTitle(account.name)}
        lead={<p>{t.reopenLead}</p>}
        submit={t.reopen}
        onClose={close}
        onSubmit={() => change({ state: 'active' })}
      />
      <Dialog
        open={asked === 'reset'}
        danger
        title={t.resetTitle(account.name)}
        lead={<p>{t.resetLead}</p>}
        submit={t.reset}
        onClose={close}
        onSubmit={async () => {
          const path = { staff: account.staff }
          const opened = await answer(api.POST('/api/v1/staff/{staff}/reset', { params: { path } }))
          await again()
          onCode(opened)
        }}
      >
        <TypedWord word={account.login} />
      </Dialog>
    </section>
  )
}
