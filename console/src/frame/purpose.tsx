// The purpose of the session: every look is for one, and it is in sight all the time.
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { type Purpose, purposesOf, useRegister } from '../api/register'
import { useSession } from '../session/session'

interface Chosen {
  /** Those that the person's roles may name. */
  purposes: Purpose[]
  purpose: Purpose | null
  choose: (name: string) => void
}

const Context = createContext<Chosen | null>(null)

export function PurposeProvider({ children }: { children: ReactNode }) {
  const { me } = useSession()
  const register = useRegister()
  const [name, setName] = useState<string | null>(null)
  const value = useMemo<Chosen>(() => {
    const purposes = register.data ? purposesOf(register.data, me) : []
    return {
      purposes,
      purpose: purposes.find((one) => one.name === name) ?? purposes[0] ?? null,
      choose: setName,
    }
  }, [register.data, me, name])
  return <Context value={value}>{children}</Context>
}

export function usePurpose(): Chosen {
  const value = use(Context)
  if (!value) throw new Error('PurposeProvider is missing')
  return value
}
