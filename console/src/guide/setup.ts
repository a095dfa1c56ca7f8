// How far the deployment is, as the server counts it; and whether the person put the guide away.
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Me, type Schemas } from '../api/client'
import { may } from '../session/may'

export type Setup = Schemas['SetupAnswer']

export const STEPS = ['declared', 'policies', 'silos', 'people', 'import', 'purpose', 'read', 'verified', 'backup'] as const
export type Step = (typeof STEPS)[number]

/** Whether a step is done, from what the server found and from nothing else. */
export function isDone(step: Step, setup: Setup): boolean {
  const ready = (...accounts: { ready: number }[]) => accounts.every((one) => one.ready > 0)
  switch (step) {
    case 'declared':
      return setup.register_version > 0
    case 'policies':
      return setup.policy_version > 0
    case 'silos':
      return ready(setup.system, setup.security, setup.audit)
    case 'people':
      return ready(setup.officers, setup.business)
    case 'import':
      return setup.imports > 0 && setup.rows > 0
    case 'purpose':
      return setup.purpose != null
    case 'read':
      return setup.read != null
    case 'verified':
      return setup.verified != null
    case 'backup':
      return setup.backup != null
  }
}

export const isComplete = (setup: Setup): boolean => STEPS.every((step) => isDone(step, setup))

export function useSetup(me: Me) {
  return useQuery({
    queryKey: ['setup'],
    queryFn: () => answer(api.GET('/api/v1/setup')),
    enabled: may(me, 'GET', '/api/v1/setup'),
    staleTime: 30_000,
  })
}

/** Those who set a deployment up: to them the guide is home until it is done or put away. */
export const setsUp = (me: Me): boolean =>
  may(me, 'GET', '/api/v1/setup') && me.roles.some((role) => ['system-admin', 'security-admin', 'audit-admin'].includes(role))

const KEY = 'shouxin.guide'

export function isPutAway(): boolean {
  try {
    return localStorage.getItem(KEY) === 'away'
  } catch {
    return false
  }
}

export function putAway(away: boolean) {
  try {
    if (away) localStorage.setItem(KEY, 'away')
    else localStorage.removeItem(KEY)
  } catch {
    // Where nothing is kept the guide comes back: no harm.
  }
}
