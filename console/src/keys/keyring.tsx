// One keyring: its epochs as bars against the age at which the present one is to be rotated.
import { CheckCircleOutlined, DeleteOutlined, LockOutlined, QuestionCircleOutlined, SyncOutlined, WarningOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { Dialog } from '../shared/dialog'
import { State, type Tone } from '../shared/due'
import { Panel } from '../shared/page'
import { TypedWord } from '../shared/typed'
import { useAppearance } from '../texts'

type Ring = Schemas['KeyList']
type Epoch = Schemas['Epoch']

export function Keyring({ ring, turns }: { ring: Ring; turns: boolean }) {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'rotate' | 'reseal' | null>(null)
  const [doomed, setDoomed] = useState<Epoch | null>(null)
  const t = texts.people.keys
  const zone = ring.zone ? { zone: ring.zone } : {}
  const again = async () => {
    await Promise.all(['keys', 'jobs', 'approvals'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
  }
  const newest = [...ring.epochs].reverse()
  return (
    <Panel
      title={ring.zone ? t.zoneRing(ring.zone) : t.mainRing}
      note={t.restsOn[ring.rests_on] ?? ring.rests_on}
      extra={
        turns && (
          <span className="row-acts">
            <Button size="small" onClick={() => setAsked('reseal')}>
              {t.reseal}
            </Button>
            <Button size="small" type="primary" icon={<SyncOutlined aria-hidden />} onClick={() => setAsked('rotate')}>
              {t.rotate}
            </Button>
          </span>
        )
      }
    >
      <ul className="epochs" aria-label={t.epochs}>
        {newest.map((epoch) => (
          <EpochBar key={epoch.epoch} epoch={epoch} most={ring.rotate_after_days}>
            {turns && epoch.state === 'superseded' && (
              <Button size="small" danger icon={<DeleteOutlined aria-hidden />} onClick={() => setDoomed(epoch)}>
                {t.destroy}
              </Button>
            )}
          </EpochBar>
        ))}
      </ul>
      <p className="note">
        {t.ageNote(ring.rotate_after_days)} {t.ringName} <code>{ring.keyring}</code> · {t.rootName} <code>{ring.root}</code>
        {ring.token && ` · ${ring.token}`}
      </p>
      <Dialog<{ suite?: string }>
        open={asked === 'rotate'}
        title={t.rotateTitle}
        lead={<p>{t.rotateLead}</p>}
        submit={t.rotate}
        onClose={() => setAsked(null)}
        onSubmit={async ({ suite }) => {
          const body = { ...zone, ...(suite ? { suite } : {}) }
          const begun = await answer(api.POST('/api/v1/keys/rotations', { body }))
          void message.success(t.rotated(begun.epoch, begun.keys))
          await again()
        }}
      >
        <Form.Item name="suite" label={t.suite} extra={t.suiteHint}>
          <Select
            allowClear
            placeholder={t.suiteSame}
            options={['international', 'national'].map((value) => ({ value, label: t.suites[value] }))}
          />
        </Form.Item>
      </Dialog>
      <Dialog
        open={asked === 'reseal'}
        title={t.resealTitle}
        lead={<p>{t.resealLead}</p>}
        submit={t.reseal}
        onClose={() => setAsked(null)}
        onSubmit={async () => {
          const begun = await answer(api.POST('/api/v1/keys/reseals', { body: zone }))
          void message.success(t.resealed(begun.records))
          await again()
        }}
      />
      <Dialog<{ reason: string }>
        open={doomed !== null}
        danger
        title={t.destroyTitle(doomed?.epoch ?? 0)}
        lead={<p>{t.destroyLead}</p>}
        submit={t.propose}
        onClose={() => setDoomed(null)}
        onSubmit={async ({ reason }) => {
          const params = { path: { epoch: doomed?.epoch ?? 0 } }
          await answer(api.POST('/api/v1/keys/epochs/{epoch}/proposals', { params, body: { ...zone, reason } }))
          void message.success(t.proposed)
          await again()
        }}
      >
        <Form.Item name="reason" label={t.reason} rules={[{ required: true, whitespace: true, message: t.reasonMissing }]}>
          <Input.TextArea rows={2} maxLength={600} />
        </Form.Item>
        <TypedWord word={t.destroyWord(doomed?.epoch ?? 0)} />
      </Dialog>
    </Panel>
  )
}

const LOOKS: Record<string, readonly [Tone, ReactNode]> = {
  current: ['ok', <CheckCircleOutlined key="current" aria-hidden />],
  superseded: ['cool', <LockOutlined key="superseded" aria-hidden />],
  destroyed: ['muted', <DeleteOutlined key="destroyed" aria-hidden />],
  unknown: ['warm', <QuestionCircleOutlined key="unknown" aria-hidden />],
}

/** The whole width is the greatest age that is shown; a mark stands where the present epoch is due. */
function EpochBar({ epoch, most, children }: { epoch: Epoch; most: number; children: ReactNode }) {
  const { texts, moment } = useAppearance()
  const t = texts.people.keys
  const age = epoch.age_days ?? 0
  const [tone, icon] = LOOKS[epoch.state] ?? ['muted', null]
  const isOld = epoch.state === 'current' && age > most
  const near = epoch.state === 'current' && !isOld && age > most * 0.8
  const shown: Tone = isOld ? 'hot' : near ? 'warm' : tone
  const wide = Math.max(most * 1.15, age)
  return (
    <li className="epoch">
      <div className="epoch-head">
        <strong>{t.epoch(epoch.epoch)}</strong>
        <State tone={shown} icon={isOld ? <WarningOutlined aria-hidden /> : icon}>
          {isOld ? t.tooOld : (t.states[epoch.state] ?? epoch.state)}
        </State>
        {epoch.suite && <span className="note">{t.suites[epoch.suite] ?? epoch.suite}</span>}
        <span className="epoch-keys">{t.hanging(epoch.keys)}</span>
        {children}
      </div>
      {epoch.age_days != null ? (
        <>
          <svg className={`age tone-${shown}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
            <rect className="meter-all" y="2" width="100" height="4" />
            <rect className="meter-used" y="2" width={Math.max(0.6, (age / wide) * 100)} height="4" />
            <rect className="age-due" x={(most / wide) * 100} width="0.4" height="8" />
          </svg>
          <div className="note">
            {epoch.state === 'current' ? t.age(age, most) : t.ageOnly(age)}
            {epoch.began_at && ` · ${t.began(moment(epoch.began_at))}`}
          </div>
        </>
      ) : (
        <div className="note">{epoch.destroyed_at ? t.destroyedAt(moment(epoch.destroyed_at)) : t.ageUnknown}</div>
      )}
    </li>
  )
}
