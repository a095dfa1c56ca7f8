// The purpose of the session: every look is for one, and it is in sight all the time.
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { answer, api } from '../api/client'
import { type Purpose, purposesOf, useRegister } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'

interface Chosen {
  /** Those that the person's roles may name, then those that a grant lends. */
  purposes: Purpose[]
  purpose: Purpose | null
  choose: (name: string) => void
}

const Context = createContext<Chosen | null>(null)

export function PurposeProvider({ children }: { children: ReactNode }) {
  const { me } = useSession()
  const register = useRegister()
  const [name, setName] = useState<string | null>(null)
  const lent = useLent()
  const value = useMemo<Chosen>(() => {
    const own = register.data ? purposesOf(register.data, me) : []
    const others = (register.data?.purposes ?? []).filter((one) => lent.has(one.name) && !own.includes(one))
    const purposes = [...own, ...others]
    return {
      purposes,
      purpose: purposes.find((one) => one.name === name) ?? purposes[0] ?? null,
      choose: setName,
    }
  }, [register.data, me, name, lent])
  return <Context value={value}>{children}</Context>
}

/** The purposes that live grants of one's own lend, by name. */
function useLent(): ReadonlySet<string> {
  const { me } = useSession()
  const list = useQuery({
    // Beside what a record shows of them: whatever changes one changes the other.
    queryKey: ['access', 'purposes'],
    queryFn: () => answer(api.GET('/api/v1/grants', { params: { query: {} } })),
    enabled: me.person != null && may(me, 'POST', '/api/v1/grants'),
    staleTime: 60_000,
    retry: false,
  })
  const grants = list.data?.grants
  return useMemo(
    () => new Set((grants ?? []).filter(({ holder }) => holder === me.actor).map(({ purpose }) => purpose)),
    [grants, me.actor],
  )
}

export function usePurpose(): Chosen {
  const value = use(Context)
  if (!value) throw new Error('PurposeProvider is missing')
  return value
}
