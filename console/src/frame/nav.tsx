// What the console has, in five groups; each entry is for whom an operation behind it is permitted.
import {
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  BellOutlined,
  CarryOutOutlined,
  CheckSquareOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  DeploymentUnitOutlined,
  ExperimentOutlined,
  FlagOutlined,
  IdcardOutlined,
  InboxOutlined,
  KeyOutlined,
  QuestionCircleOutlined,
  RadarChartOutlined,
  ReadOutlined,
  SafetyOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
  UserOutlined,
} from '@ant-design/icons'
import type { MenuProps } from 'antd'
import type { ReactNode } from 'react'
import type { Me } from '../api/client'
import { may } from '../session/may'
import type { Texts } from '../texts/zh'

type Group = 'customers' | 'data' | 'risk' | 'proof' | 'settings'
type Screen =
  | 'today'
  | 'records'
  | 'explain'
  | 'map'
  | 'register'
  | 'import'
  | 'approvals'
  | 'alarms'
  | 'ledger'
  | 'guide'
  | 'people'
  | 'api-keys'
  | 'policies'
  | 'keys'
  | 'quotas'
  | 'account'
  | 'consents'
  | 'audiences'
  | 'downstreams'
  | 'notices'
  | 'discovery'
  | 'quality'

interface Entry {
  screen: Screen
  /** None stands above all groups. */
  group: Group | null
  to: `/${Screen}`
  icon: ReactNode
  needs: readonly [method: string, path: string]
}

const ENTRIES: readonly Entry[] = [
  { screen: 'today', group: null, to: '/today', icon: <CarryOutOutlined aria-hidden />, needs: ['GET', '/api/v1/duties'] },
  { screen: 'records', group: 'customers', to: '/records', icon: <UserOutlined aria-hidden />, needs: ['GET', '/api/v1/cases'] },
  {
    screen: 'explain',
    group: 'customers',
    to: '/explain',
    icon: <QuestionCircleOutlined aria-hidden />,
    needs: ['GET', '/api/v1/reads/{read}'],
  },
  { screen: 'consents', group: 'customers', to: '/consents', icon: <CheckSquareOutlined aria-hidden />, needs: ['GET', '/api/v1/consents/summary'] },
  { screen: 'audiences', group: 'customers', to: '/audiences', icon: <UsergroupAddOutlined aria-hidden />, needs: ['POST', '/api/v1/audiences'] },
  { screen: 'notices', group: 'customers', to: '/notices', icon: <ReadOutlined aria-hidden />, needs: ['GET', '/api/v1/notices'] },
  { screen: 'map', group: 'data', to: '/map', icon: <ApartmentOutlined aria-hidden />, needs: ['GET', '/api/v1/register/observations'] },
  { screen: 'discovery', group: 'data', to: '/discovery', icon: <RadarChartOutlined aria-hidden />, needs: ['GET', '/api/v1/discoveries'] },
  { screen: 'register', group: 'data', to: '/register', icon: <DatabaseOutlined aria-hidden />, needs: ['GET', '/api/v1/register'] },
  { screen: 'import', group: 'data', to: '/import', icon: <CloudUploadOutlined aria-hidden />, needs: ['POST', '/api/v1/imports'] },
  {
    screen: 'downstreams',
    group: 'data',
    to: '/downstreams',
    icon: <DeploymentUnitOutlined aria-hidden />,
    needs: ['GET', '/api/v1/downstreams'],
  },
  { screen: 'approvals', group: 'risk', to: '/approvals', icon: <InboxOutlined aria-hidden />, needs: ['GET', '/api/v1/approvals'] },
  { screen: 'alarms', group: 'risk', to: '/alarms', icon: <BellOutlined aria-hidden />, needs: ['GET', '/api/v1/alarms'] },
  { screen: 'ledger', group: 'proof', to: '/ledger', icon: <AuditOutlined aria-hidden />, needs: ['GET', '/api/v1/ledger/entries'] },
  { screen: 'quality', group: 'proof', to: '/quality', icon: <ExperimentOutlined aria-hidden />, needs: ['GET', '/api/v1/quality-checks'] },
  { screen: 'guide', group: 'settings', to: '/guide', icon: <FlagOutlined aria-hidden />, needs: ['GET', '/api/v1/setup'] },
  { screen: 'people', group: 'settings', to: '/people', icon: <TeamOutlined aria-hidden />, needs: ['GET', '/api/v1/staff'] },
  { screen: 'api-keys', group: 'settings', to: '/api-keys', icon: <ApiOutlined aria-hidden />, needs: ['GET', '/api/v1/api-keys'] },
  { screen: 'policies', group: 'settings', to: '/policies', icon: <SafetyOutlined aria-hidden />, needs: ['GET', '/api/v1/policies'] },
  { screen: 'keys', group: 'settings', to: '/keys', icon: <KeyOutlined aria-hidden />, needs: ['GET', '/api/v1/keys/inventory'] },
  { screen: 'quotas', group: 'settings', to: '/quotas', icon: <DashboardOutlined aria-hidden />, needs: ['GET', '/api/v1/quotas'] },
  { screen: 'account', group: 'settings', to: '/account', icon: <IdcardOutlined aria-hidden />, needs: ['GET', '/api/v1/sessions'] },
]

/** The entries for this person, in order. */
export const entriesFor = (me: Me): readonly Entry[] => ENTRIES.filter(({ needs }) => may(me, needs[0], needs[1]))

/** The same as the items of a menu, under their groups; `badges` stand behind the names of screens. */
export function menuFor(me: Me, texts: Texts, badges: Partial<Record<Screen, ReactNode>> = {}): Items {
  const groups = new Map<Group | null, Entry[]>()
  for (const entry of entriesFor(me)) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
  return [...groups].flatMap(([group, entries]): Items => {
    const items = entries.map(({ to, icon, screen }) => ({
      key: to,
      icon,
      label: (
        <>
          {texts.nav[screen]}
          {badges[screen]}
        </>
      ),
    }))
    return group === null ? items : [{ key: group, type: 'group' as const, label: texts.nav[group], children: items }]
  })
}

type Items = NonNullable<MenuProps['items']>
