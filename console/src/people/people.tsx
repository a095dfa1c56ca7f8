// Who works with the data, and who may change that: three administrators who can do nothing alone.
import { LaptopOutlined, PlusOutlined, TeamOutlined } from '@ant-design/icons'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Once } from '../shared/once'
import { Page } from '../shared/page'
import { useAppearance } from '../texts'
import { Devices } from './devices'
import { OpenAccount } from './open'
import './people.css'
import type { Opened } from './roles'
import { Silos } from './silos'
import { StaffList } from './list'

export function People() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const navigate = useNavigate()
  const { view } = useSearch({ from: '/people' })
  const [opening, setOpening] = useState(false)
  const [opened, setOpened] = useState<Opened | null>(null)
  const t = texts.people.staff
  const hasDevices = may(me, 'PUT', '/api/v1/devices/{device}/approval')
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        may(me, 'POST', '/api/v1/staff') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpening(true)}>
            {t.open}
          </Button>
        )
      }
    >
      <Silos />
      {hasDevices && (
        <Segmented
          className="views-switch"
          value={view ?? 'accounts'}
          options={[
            { value: 'accounts', label: t.accounts, icon: <TeamOutlined aria-hidden /> },
            { value: 'devices', label: texts.people.devices.title, icon: <LaptopOutlined aria-hidden /> },
          ]}
          onChange={(to) => void navigate({ to: '/people', search: to === 'devices' ? { view: 'devices' } : {} })}
        />
      )}
      {view === 'devices' && hasDevices ? <Devices everybodys /> : <StaffList onCode={setOpened} />}
      <OpenAccount open={opening} onClose={() => setOpening(false)} onOpened={setOpened} />
      {opened && (
        <Once
          title={t.code}
          lead={t.codeLead}
          label={t.code}
          secret={opened.activation_code}
          facts={[
            [t.login, opened.login],
            [t.codeUntil, moment(opened.expires_at)],
            [texts.people.entry, texts.entry(opened.entry)],
          ]}
          onKept={() => setOpened(null)}
        />
      )}
    </Page>
  )
}
