// The first screen that the person has; to whoever sets the deployment up, the guide until it is done.
import { Navigate } from '@tanstack/react-router'
import { Spin } from 'antd'
import { entriesFor } from '../frame/nav'
import { useSession } from '../session/session'
import { isComplete, isPutAway, setsUp, useSetup } from './setup'

export function Home() {
  const { me } = useSession()
  const setup = useSetup(me)
  const guided = setsUp(me) && !isPutAway()
  if (guided && setup.isPending) return <Spin />
  if (guided && setup.data && !isComplete(setup.data)) return <Navigate to="/guide" replace />
  return <Navigate to={entriesFor(me)[0]?.to ?? '/account'} replace />
}
