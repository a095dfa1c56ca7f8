// The session: who is signed in, until when, and what it takes to go on.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import { answer, api, isProblem, type Me, setCsrf, whenSignedOut } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { Splash } from '../shared/splash'
import { Enrol } from './enrol'
import { IdleWatch } from './idle'
import { Outside } from './outside'
import { SignIn } from './sign-in'
import { StepUpProvider } from './step-up'

interface Session {
  me: Me
  /** Asks again who is signed in: after a second factor was shown. */
  refresh: () => Promise<void>
  /** Ends the session and forgets everything; `idle` tells why on the way in. */
  signOut: (idle?: boolean) => Promise<void>
}

const Context = createContext<Session | null>(null)

export function useSession(): Session {
  const value = use(Context)
  if (!value) throw new Error('SessionGate is missing')
  return value
}

/** Shows its children to who is signed in with a second factor, and to nobody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [ended, setEnded] = useState(false)
  const me = useQuery({
    queryKey: ['me'],
    queryFn: async (): Promise<Me | null> => {
      try {
        const found = await answer(api.GET('/api/v1/me'))
        setCsrf(found.person?.csrf ?? '')
        return found
      } catch (error) {
        if (isProblem(error, 'sign-in-required')) return null
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

  const forget = useCallback(() => {
    setCsrf('')
    queries.setQueryData(['me'], null)
    // Everything else that was answered to the person goes, before the next one sits down. The query of who
    // is signed in stays: the page watches it.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
  }, [queries])
  useEffect(() => {
    whenSignedOut(() => {
      if (!queries.getQueryData(['me'])) return
      setEnded(true)
      forget()
    })
  }, [queries, forget])

  const refresh = useCallback(async () => {
    await queries.invalidateQueries({ queryKey: ['me'] })
  }, [queries])
  const signOut = useCallback(async (idle = false) => {
    try {
      await answer(api.DELETE('/api/v1/sessions/current'))
    } catch {
      // The page forgets all the same; the server ends the session by itself when it is idle.
    }
    setEnded(idle)
    forget()
  }, [forget])

  const value = useMemo(
    () => (me.data ? { me: me.data, refresh, signOut } : null),
    [me.data, refresh, signOut],
  )
  if (me.isPending) return <Splash />
  if (me.isError) {
    return (
      <Outside>
        <ProblemNote error={me.error} onRetry={() => void me.refetch()} />
      </Outside>
    )
  }
  if (!value) return <SignIn ended={ended} onSignedIn={refresh} />
  return (
    <Context value={value}>
      {value.me.person?.enrolled ? (
        <StepUpProvider>
          <IdleWatch />
          {children}
        </StepUpProvider>
      ) : (
        <Enrol />
      )}
    </Context>
  )
}
