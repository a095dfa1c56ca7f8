// What the console has, in five groups; each entry is for whom an operation behind it is permitted.
import {
  ApartmentOutlined,
  AuditOutlined,
  BellOutlined,
  DatabaseOutlined,
  IdcardOutlined,
  QuestionCircleOutlined,
  UserOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Me } from '../api/client'
import { may } from '../session/may'
import type { Texts } from '../texts/zh'

type Group = 'customers' | 'data' | 'risk' | 'proof' | 'settings'
type Screen = 'records' | 'explain' | 'register' | 'alarms' | 'ledger' | 'account' | 'map'

interface Entry {
  screen: Screen
  group: Group
  to: `/${Screen}`
  icon: ReactNode
  needs: readonly [method: string, path: string]
}

const ENTRIES: readonly Entry[] = [
  { screen: 'records', group: 'customers', to: '/records', icon: <UserOutlined aria-hidden />, needs: ['GET', '/api/v1/cases'] },
  {
    screen: 'explain',
    group: 'customers',
    to: '/explain',
    icon: <QuestionCircleOutlined aria-hidden />,
    needs: ['GET', '/api/v1/reads/{read}'],
  },
  { screen: 'map', group: 'data', to: '/map', icon: <ApartmentOutlined aria-hidden />, needs: ['GET', '/api/v1/register/observations'] },
  { screen: 'register', group: 'data', to: '/register', icon: <DatabaseOutlined aria-hidden />, needs: ['GET', '/api/v1/register'] },
  { screen: 'alarms', group: 'risk', to: '/alarms', icon: <BellOutlined aria-hidden />, needs: ['GET', '/api/v1/alarms'] },
  { screen: 'ledger', group: 'proof', to: '/ledger', icon: <AuditOutlined aria-hidden />, needs: ['GET', '/api/v1/ledger/entries'] },
  { screen: 'account', group: 'settings', to: '/account', icon: <IdcardOutlined aria-hidden />, needs: ['GET', '/api/v1/sessions'] },
]

/** The entries for this person, in order. */
export const entriesFor = (me: Me): readonly Entry[] => ENTRIES.filter(({ needs }) => may(me, needs[0], needs[1]))

/** The same as the items of a menu, under their groups. */
export function menuFor(me: Me, texts: Texts) {
  const groups = new Map<Group, Entry[]>()
  for (const entry of entriesFor(me)) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
  return [...groups].map(([group, entries]) => ({
    key: group,
    type: 'group' as const,
    label: texts.nav[group],
    children: entries.map(({ to, icon, screen }) => ({ key: to, icon, label: texts.nav[screen] })),
  }))
}
