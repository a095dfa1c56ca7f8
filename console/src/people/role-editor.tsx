// Giving and taking roles: those of one silo, or any that work with the data, never both.
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { useRegister } from '../api/register'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Refused } from '../shared/refused'
import { useAppearance } from '../texts'
import { RoleTags } from './list'
import { siloOf, type Staff } from './roles'

export function RoleEditor({ account, own }: { account: Staff; own: boolean }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const gives = me.silos.includes('security')
  const t = texts.people.staff
  return (
    <section>
      <h3>{t.roles}</h3>
      {gives && !own ? (
        <Editor key={account.version} account={account} />
      ) : (
        <>
          <RoleTags roles={account.roles} />
          <p className="note">{own ? t.rolesOwn : t.rolesOthers}</p>
        </>
      )}
    </section>
  )
}

function Editor({ account }: { account: Staff }) {
  const { texts, pick } = useAppearance()
  const { message } = App.useApp()
  const register = useRegister()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const [roles, setRoles] = useState<readonly string[]>(account.roles)
  const t = texts.people.staff
  const declared = (register.data?.roles ?? []).map((role) => ({ ...role, of: siloOf(register.data, role.name) }))
  const groups = [
    { name: t.business, roles: declared.filter(({ of }) => of === null) },
    { name: texts.people.silos.title, roles: declared.filter(({ of }) => of !== null) },
  ]
  const kind = roles[0] === undefined ? undefined : siloOf(register.data, roles[0])
  const changed = roles.length !== account.roles.length || roles.some((role) => !account.roles.includes(role))

  function toggle(role: string) {
    setRoles(roles.includes(role) ? roles.filter((one) => one !== role) : [...roles, role])
  }
  async function save() {
    const params = { path: { staff: account.staff }, header: { 'If-Match': `"${account.version}"` } }
    const body = { roles: [...roles] }
    const done = await run(() => answer(api.PUT('/api/v1/staff/{staff}/roles', { params, body })))
    if (!done) return
    void message.success(t.rolesSaved)
    await queries.invalidateQueries({ queryKey: ['staff'] })
    await queries.invalidateQueries({ queryKey: ['colleagues'] })
  }
  return (
    <div className="stack">
      {error !== null && <Refused error={error} />}
      {groups.map((group) => (
        <fieldset key={group.name} className="role-group">
          <legend>{group.name}</legend>
          {group.roles.map((role) => (
            <Checkbox
              key={role.name}
              checked={roles.includes(role.name)}
              disabled={kind !== undefined && kind !== role.of}
              onChange={() => toggle(role.name)}
            >
              {pick(role.title)}
            </Checkbox>
          ))}
        </fieldset>
      ))}
      <p className="note">{t.rolesRule}</p>
      <div>
        <Button type="primary" disabled={!changed} loading={busy} onClick={() => void save()}>
          {t.rolesSave}
        </Button>
      </div>
    </div>
  )
}
