// The accounts, a page at a time: found by login, role and state, for names are sealed.
import { CheckCircleOutlined, ClockCircleOutlined, LockOutlined, SearchOutlined, StopOutlined, WarningOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input, Select, Tag } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../api/client'
import { useRegister } from '../api/register'
import { useSession } from '../session/session'
import { useRoleTitle } from '../shared/colleagues'
import { State } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { AccountDrawer } from './account-drawer'
import { type Opened, SILOS, siloOf, type Staff } from './roles'
import { SILO_ICONS } from './silos'

type StateWord = Staff['state']

interface Wanted {
  login: string
  role?: string | undefined
  state?: StateWord | undefined
}

const PAGE = 50

function useStaff({ login, role, state }: Wanted) {
  return useInfiniteQuery({
    queryKey: ['staff', login, role, state],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/staff', {
          params: {
            query: {
              limit: PAGE,
              ...(pageParam ? { after: pageParam } : {}),
              ...(login ? { login } : {}),
              ...(role ? { role } : {}),
              ...(state ? { state } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  })
}

export function StaffList({ onCode }: { onCode: (opened: Opened) => void }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const [wanted, setWanted] = useState<Wanted>({ login: '' })
  const login = useDeferredValue(wanted.login)
  const staff = useStaff({ ...wanted, login })
  const rows = staff.data?.pages.flatMap((page) => page.staff) ?? []
  const navigate = useNavigate()
  const { id } = useSearch({ from: '/people' })
  const setShown = (staff: string | undefined) => void navigate({ to: '/people', search: staff ? { id: staff } : {} })
  const chosen = useRows(rows.length, (at) => setShown(rows[at]?.staff))
  const t = texts.people.staff
  return (
    <Panel title={t.accounts} note={t.count(rows.length, staff.hasNextPage)} flush>
      <Filters wanted={wanted} onChange={setWanted} />
      {staff.isError && <ProblemNote error={staff.error} onRetry={() => void staff.refetch()} />}
      <Table<Staff>
        label={t.accounts}
        empty={t.empty}
        keyOf={(one) => one.staff}
        loading={staff.isPending}
        rows={rows}
        chosen={chosen}
        onOpen={(one) => setShown(one.staff)}
        columns={[
          {
            key: 'who',
            title: t.person,
            show: (one) => (
              <>
                <Button type="link" className="row-link" onClick={() => setShown(one.staff)}>
                  {one.name}
                </Button>
                {one.staff === me.actor && <Tag className="tag-you">{texts.people.who.you}</Tag>}
                <div className="note">{one.login}</div>
              </>
            ),
          },
          { key: 'roles', title: t.roles, wide: true, show: (one) => <RoleTags roles={one.roles} /> },
          { key: 'place', title: t.place, wide: true, show: (one) => [one.site, one.region].filter(Boolean).join(' · ') || '–' },
          { key: 'state', title: t.state, show: (one) => <StaffState staff={one} /> },
          {
            key: 'factor',
            title: t.factor,
            wide: true,
            show: (one) =>
              one.second_factor ? (
                <State tone="ok">{t.enrolled}</State>
              ) : (
                <State tone="warm" icon={<WarningOutlined aria-hidden />}>
                  {t.notEnrolled}
                </State>
              ),
          },
          { key: 'since', title: t.since, wide: true, show: (one) => moment(one.created_at) },
        ]}
      />
      {staff.hasNextPage && (
        <div className="panel-foot">
          <Button loading={staff.isFetchingNextPage} onClick={() => void staff.fetchNextPage()}>
            {texts.records.more}
          </Button>
        </div>
      )}
      <AccountDrawer staff={id ?? null} onClose={() => setShown(undefined)} onCode={onCode} />
    </Panel>
  )
}

function Filters({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const t = texts.people.staff
  return (
    <div className="filters" role="search" aria-label={t.filters}>
      <Input
        prefix={<SearchOutlined aria-hidden />}
        value={wanted.login}
        aria-label={t.filterLogin}
        placeholder={t.filterLogin}
        maxLength={60}
        onChange={(event) => onChange({ ...wanted, login: event.target.value.trim().toLowerCase() })}
      />
      <Select
        allowClear
        aria-label={t.filterRole}
        placeholder={t.filterRole}
        value={wanted.role ?? null}
        options={(register.data?.roles ?? []).map(({ name, title }) => ({ value: name, label: pick(title) }))}
        onChange={(role) => onChange({ ...wanted, role: role ?? undefined })}
      />
      <Select
        allowClear
        aria-label={t.filterState}
        placeholder={t.filterState}
        value={wanted.state ?? null}
        options={(['active', 'invited', 'disabled'] as const).map((state) => ({ value: state, label: t.states[state] }))}
        onChange={(state) => onChange({ ...wanted, state: state ?? undefined })}
      />
    </div>
  )
}

/** Roles by their titles; those of an administrator bear the sign of their silo. */
export function RoleTags({ roles }: { roles: readonly string[] }) {
  const { texts } = useAppearance()
  const register = useRegister()
  const title = useRoleTitle()
  if (roles.length === 0) return <span className="note">{texts.people.staff.noRoles}</span>
  return (
    <span className="tags">
      {roles.map((role) => {
        const silo = SILOS.find((one) => one === siloOf(register.data, role))
        return (
          <Tag key={role} icon={silo && SILO_ICONS[silo]} color={silo ? 'processing' : 'default'}>
            {title(role)}
          </Tag>
        )
      })}
    </span>
  )
}

export function StaffState({ staff }: { staff: Staff }) {
  const { texts } = useAppearance()
  const t = texts.people.staff
  if (staff.state === 'disabled') {
    return (
      <State tone="muted" icon={<StopOutlined aria-hidden />}>
        {t.states.disabled}
      </State>
    )
  }
  if (staff.locked_until) {
    return (
      <State tone="hot" icon={<LockOutlined aria-hidden />}>
        {t.locked}
      </State>
    )
  }
  if (staff.state === 'invited') {
    return (
      <State tone="warm" icon={<ClockCircleOutlined aria-hidden />}>
        {t.states.invited}
      </State>
    )
  }
  return (
    <State tone="ok" icon={<CheckCircleOutlined aria-hidden />}>
      {t.states.active}
    </State>
  )
}
