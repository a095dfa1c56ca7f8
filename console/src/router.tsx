// The addresses of the console. The frame and the way in are loaded first, each screen when it is opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { Broken, Lost } from './frame/lost'
import { entriesFor } from './frame/nav'
import { Shell } from './shell'
import { useSession } from './session/session'

const root = createRootRoute({ component: Shell, notFoundComponent: Lost, errorComponent: Broken })

/** The first screen that the person has. */
function Home() {
  const { me } = useSession()
  return <Navigate to={entriesFor(me)[0]?.to ?? '/account'} replace />
}

const orderOf = (search: Record<string, unknown>): { order?: string } =>
  typeof search.order === 'string' ? { order: search.order } : {}
const readOf = (search: Record<string, unknown>): { read?: string; field?: string } => ({
  ...(typeof search.read === 'string' ? { read: search.read } : {}),
  ...(typeof search.field === 'string' ? { field: search.field } : {}),
})

const parent = () => root
const tree = root.addChildren([
  createRoute({ getParentRoute: parent, path: '/', component: Home }),
  createRoute({
    getParentRoute: parent,
    path: '/records',
    component: lazyRouteComponent(() => import('./records/orders'), 'Orders'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/records/$subject',
    validateSearch: orderOf,
    component: lazyRouteComponent(() => import('./records/record'), 'RecordScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/explain',
    validateSearch: readOf,
    component: lazyRouteComponent(() => import('./explain/explain'), 'Explain'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/register',
    component: lazyRouteComponent(() => import('./register/register'), 'RegisterScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/alarms',
    component: lazyRouteComponent(() => import('./alarms/alarms'), 'Alarms'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/ledger',
    component: lazyRouteComponent(() => import('./ledger/ledger'), 'Ledger'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/account',
    component: lazyRouteComponent(() => import('./account/account'), 'Account'),
  }),
])

export const router = createRouter({ routeTree: tree, basepath: '/console', defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
