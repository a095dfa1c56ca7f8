// Keys of services: what each may do, from where, until when, and when it was last used.
import { PlusOutlined, StopOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useMemo, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { Due, State } from '../shared/due'
import { Once } from '../shared/once'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { TypedWord } from '../shared/typed'
import { useAppearance } from '../texts'
import { RoleTags } from '../people/list'
import '../people/people.css'
import { NewKey } from './new-key'

type ApiKey = Schemas['ApiKey']
type Made = Schemas['ApiKeyMade']

/** How long a key may last, in seconds: its bar is measured by that. */
const YEAR = 365 * 86_400

export function ApiKeys() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const queries = useQueryClient()
  const [making, setMaking] = useState(false)
  const [rotating, setRotating] = useState<ApiKey | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const [made, setMade] = useState<Made | null>(null)
  const t = texts.people.apiKeys
  const list = useQuery({ queryKey: ['api-keys'], queryFn: () => answer(api.GET('/api/v1/api-keys')) })
  const keys = useMemo(() => inOrder(list.data?.keys ?? []), [list.data])
  const gives = may(me, 'POST', '/api/v1/api-keys')
  const again = () => queries.invalidateQueries({ queryKey: ['api-keys'] })
  const taken = (one: Made) => {
    setMade(one)
    void again()
  }
  return (
    <Colleagues ids={keys.map((one) => one.created_by)}>
      <Page
        title={t.title}
        lead={t.lead}
        actions={
          gives && (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setMaking(true)}>
              {t.make}
            </Button>
          )
        }
      >
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        <Panel title={t.all} note={gives ? t.note : t.noteOthers} flush>
          <Table<ApiKey>
            label={t.title}
            empty={t.empty}
            keyOf={(one) => one.key}
            loading={list.isPending}
            rows={keys}
            columns={[
              {
                key: 'due',
                title: t.left,
                show: (one) => (one.state === 'active' ? <Due at={one.expires_at} total={YEAR} /> : <Ended state={one.state} />),
              },
              {
                key: 'name',
                title: t.name,
                show: (one) => (
                  <>
                    <strong>{one.name}</strong>
                    <div className="note">
                      <code>{one.prefix}…</code>
                    </div>
                  </>
                ),
              },
              { key: 'may', title: t.may, wide: true, show: (one) => <Scopes of={one} /> },
              {
                key: 'from',
                title: t.networks,
                wide: true,
                show: (one) => (
                  <>
                    {one.addresses.map((address) => (
                      <code key={address} className="block">
                        {address}
                      </code>
                    ))}
                    <div className="note">{t.perMinute(one.rate_per_minute)}</div>
                  </>
                ),
              },
              {
                key: 'used',
                title: t.used,
                wide: true,
                show: (one) => (one.last_used_at ? moment(one.last_used_at) : <span className="note">{t.never}</span>),
              },
              {
                key: 'by',
                title: t.by,
                wide: true,
                show: (one) => (
                  <>
                    <Who id={one.created_by} plain />
                    <div className="note">{moment(one.created_at)}</div>
                  </>
                ),
              },
              {
                key: 'act',
                title: <span className="sr-only">{texts.people.act}</span>,
                end: true,
                show: (one) =>
                  gives &&
                  one.state === 'active' && (
                    <span className="row-acts">
                      <Button size="small" onClick={() => setRotating(one)}>
                        {t.rotate}
                      </Button>
                      <Button size="small" danger onClick={() => setRevoking(one)}>
                        {t.revoke}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        </Panel>
        <NewKey open={making} onClose={() => setMaking(false)} onMade={taken} />
        <Dialog<{ overlap: number }>
          open={rotating !== null}
          title={t.rotateTitle(rotating?.name ?? '')}
          lead={<p className="note">{t.rotateLead}</p>}
          submit={t.rotate}
          initial={{ overlap: 86_400 }}
          onClose={() => setRotating(null)}
          onSubmit={async ({ overlap }) => {
            const params = { path: { key: rotating?.key ?? '' } }
            taken(await answer(api.POST('/api/v1/api-keys/{key}/rotate', { params, body: { overlap_seconds: overlap } })))
          }}
        >
          <Form.Item name="overlap" label={t.overlap} extra={t.overlapHint}>
            <Select options={t.overlaps.map(([value, label]) => ({ value, label }))} />
          </Form.Item>
        </Dialog>
        <Dialog
          open={revoking !== null}
          danger
          title={t.revokeTitle(revoking?.name ?? '')}
          lead={<p>{t.revokeLead}</p>}
          submit={t.revoke}
          onClose={() => setRevoking(null)}
          onSubmit={async () => {
            await answer(api.DELETE('/api/v1/api-keys/{key}', { params: { path: { key: revoking?.key ?? '' } } }))
            await again()
          }}
        >
          <TypedWord word={revoking?.name ?? ''} />
        </Dialog>
        {made && (
          <Once
            title={t.made}
            lead={t.madeLead}
            label={t.secret}
            secret={made.secret}
            facts={[
              [t.until, moment(made.expires_at)],
              ...(made.old_expires_at ? [[t.oldUntil, moment(made.old_expires_at)] as const] : []),
              [texts.people.entry, texts.entry(made.entry)],
            ]}
            onKept={() => setMade(null)}
          />
        )}
      </Page>
    </Colleagues>
  )
}

/** Those that work, the soonest to end first; then the others, newest first. */
function inOrder(keys: readonly ApiKey[]): ApiKey[] {
  const works = (one: ApiKey) => one.state === 'active'
  const live = keys.filter(works).sort((one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at))
  return [...live, ...keys.filter((one) => !works(one))]
}

function Ended({ state }: { state: string }) {
  const { texts } = useAppearance()
  return (
    <State tone="muted" icon={<StopOutlined aria-hidden />}>
      {texts.people.apiKeys.states[state] ?? state}
    </State>
  )
}

function Scopes({ of }: { of: ApiKey }) {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.people.apiKeys
  return (
    <div className="stack-s">
      <RoleTags roles={of.roles} />
      <span className="note">
        {t.purposes}: {of.purposes.map(title).join(t.comma) || t.none}
      </span>
      {of.fields.length > 0 && (
        <span className="note">
          {t.fields}: {of.fields.join(t.comma)}
        </span>
      )}
    </div>
  )
}
