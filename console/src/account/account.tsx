// Oneself: where one is signed in, and the second factor.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Modal, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, isProblem, type Schemas } from '../api/client'
import { useRoles } from '../frame/frame'
import { RecoveryCodes } from '../session/recovery-codes'
import { useSession } from '../session/session'
import { useStepUp } from '../session/step-up'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

export function Account() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const roles = useRoles()
  return (
    <Page title={texts.account.title} lead={`${me.person?.name ?? ''} · ${me.person?.login ?? ''} · ${roles}`}>
      <Factor />
      <Sessions />
    </Page>
  )
}

function Factor() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const guarded = useStepUp()
  const [codes, setCodes] = useState<string[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const until = me.person?.second_factor_until

  async function renew() {
    setError(null)
    try {
      const made = await guarded(() => answer(api.POST('/api/v1/me/recovery-codes')))
      setCodes(made.recovery_codes)
    } catch (caught) {
      // Whoever closed the dialog knows why nothing happened.
      if (!isProblem(caught, 'second-factor-required')) setError(caught)
    }
  }
  return (
    <Panel title={texts.account.factor}>
      {error !== null && <ProblemNote error={error} />}
      <p>{until ? texts.account.factorFresh(moment(until)) : texts.account.factorStale}</p>
      <Button onClick={() => void renew()}>{texts.account.newCodes}</Button>{' '}
      <span className="note">{texts.account.newCodesHint}</span>
      <Modal open={codes !== null} footer={null} closable={false} keyboard={false} destroyOnHidden width={460}>
        {codes && <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />}
      </Modal>
    </Panel>
  )
}

function Sessions() {
  const { texts, moment } = useAppearance()
  const { message } = App.useApp()
  const { signOut } = useSession()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>(null)
  const list = useQuery({ queryKey: ['sessions'], queryFn: () => answer(api.GET('/api/v1/sessions')) })

  async function end(session: string) {
    setError(null)
    try {
      await answer(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } }))
      void message.success(texts.account.ended)
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    } catch (caught) {
      setError(caught)
    }
  }
  async function endAll() {
    setError(null)
    try {
      await answer(api.DELETE('/api/v1/sessions'))
      await signOut()
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Panel
      title={texts.account.sessions}
      flush
      extra={
        <Button danger title={texts.account.endAllHint} onClick={() => void endAll()}>
          {texts.account.endAll}
        </Button>
      }
    >
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      <Table<Schemas['SessionEntry']>
        label={texts.account.sessions}
        empty={texts.record.empty}
        keyOf={(one) => one.session}
                loading={list.isPending}
        rows={list.data?.sessions ?? []}
        columns={[
          {
            key: 'agent', title: texts.account.agent,
            show: (one) => (
              <>
                {one.agent} {one.current && <Tag color="success">{texts.account.current}</Tag>}
              </>
            ),
          },
          { key: 'address', title: texts.account.address, show: (one) => one.address },
          { key: 'opened', title: texts.account.opened, wide: true, show: (one) => moment(one.created_at) },
          { key: 'used', title: texts.account.used, wide: true, show: (one) => moment(one.seen_at) },
          { key: 'until', title: texts.account.until, wide: true, show: (one) => moment(one.expires_at) },
          {
            key: 'act', title: '',
            end: true,
            show: (one) =>
              !one.current && (
                <Button size="small" onClick={() => void end(one.session)}>
                  {texts.account.end}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  )
}
