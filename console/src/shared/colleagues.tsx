// The people behind pseudonymous ids, by name where the person may know it.
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useRegister } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'

export type Colleague = Schemas['Colleague']

const Context = createContext<ReadonlyMap<string, Colleague>>(new Map())

/** Looks the ids up, a hundred at a time, for every `Who` below. */
export function Colleagues({ ids, children }: { ids: readonly (string | null | undefined)[]; children: ReactNode }) {
  const { me } = useSession()
  const wanted = useMemo(
    () => [...new Set(ids.filter((id): id is string => id?.startsWith('stf_') ?? false))].sort(),
    [ids],
  )
  const found = useQuery({
    queryKey: ['colleagues', wanted],
    enabled: wanted.length > 0 && may(me, 'GET', '/api/v1/colleagues'),
    queryFn: async () => {
      const all: Colleague[] = []
      for (let at = 0; at < wanted.length; at += MOST) {
        const ids = wanted.slice(at, at + MOST).join(',')
        const { colleagues } = await answer(api.GET('/api/v1/colleagues', { params: { query: { ids } } }))
        all.push(...colleagues)
      }
      return all
    },
    staleTime: 5 * 60_000,
    placeholderData: (before) => before,
  })
  const known = useMemo(() => new Map(found.data?.map((one) => [one.staff, one])), [found.data])
  return <Context value={known}>{children}</Context>
}

const MOST = 100

/** The titles of roles, by the register. */
export function useRoleTitle(): (role: string) => string {
  const register = useRegister()
  const { pick } = useAppearance()
  return (name) => {
    const role = register.data?.roles.find((one) => one.name === name)
    return role ? pick(role.title) : name
  }
}

/** Who an id stands for: name, login and roles; the end of the id where names are not for the person. */
export function Who({ id, plain }: { id: string; plain?: boolean }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const title = useRoleTitle()
  const known = use(Context).get(id)
  if (id === me.actor) return <strong>{texts.people.who.you}</strong>
  if (id === 'operator') return <span>{texts.people.who.operator}</span>
  if (!known) {
    return (
      <span title={id}>
        {id.startsWith('key_') ? texts.people.who.service : texts.people.who.colleague} <code>…{id.slice(-6)}</code>
      </span>
    )
  }
  const roles = known.roles.map(title).join(' · ')
  return (
    <span className="who" title={`${known.login} ${id}`}>
      <span>{known.name}</span>
      {!plain && <span className="note">{roles === known.name ? known.login : roles || known.login}</span>}
    </span>
  )
}
