// The addresses of the console. The frame and the way in are loaded first, each screen when it is opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { Broken, Lost } from './frame/lost'
import { Home } from './guide/home'
import { Shell } from './shell'

const root = createRootRoute({ component: Shell, notFoundComponent: Lost, errorComponent: Broken })

const orderOf = (search: Record<string, unknown>): { order?: string } =>
  typeof search.order === 'string' ? { order: search.order } : {}
const accountOf = (search: Record<string, unknown>): { view?: 'devices'; id?: string } => ({
  ...(search.view === 'devices' ? { view: 'devices' } : {}),
  ...(typeof search.id === 'string' ? { id: search.id } : {}),
})
const approvalOf = (search: Record<string, unknown>): { view?: 'grants' | 'past'; id?: string } => ({
  ...(search.view === 'grants' || search.view === 'past' ? { view: search.view } : {}),
  ...(typeof search.id === 'string' ? { id: search.id } : {}),
})
const entryOf = ({ entry }: Record<string, unknown>): { entry?: number } =>
  typeof entry === 'number' && Number.isSafeInteger(entry) && entry >= 0 ? { entry } : {}
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
    validateSearch: entryOf,
    component: lazyRouteComponent(() => import('./ledger/ledger'), 'Ledger'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/account',
    component: lazyRouteComponent(() => import('./account/account'), 'Account'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/people',
    validateSearch: accountOf,
    component: lazyRouteComponent(() => import('./people/people'), 'People'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('./api-keys/api-keys'), 'ApiKeys'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/approvals',
    validateSearch: approvalOf,
    component: lazyRouteComponent(() => import('./approvals/approvals'), 'Approvals'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/keys',
    component: lazyRouteComponent(() => import('./keys/keys'), 'Keys'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/quotas',
    component: lazyRouteComponent(() => import('./quotas/quotas'), 'Quotas'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/policies',
    component: lazyRouteComponent(() => import('./policies/policies'), 'Policies'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/import',
    component: lazyRouteComponent(() => import('./import/import'), 'ImportScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/guide',
    component: lazyRouteComponent(() => import('./guide/guide'), 'Guide'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/today',
    component: lazyRouteComponent(() => import('./today/today'), 'Today'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/map',
    component: lazyRouteComponent(() => import('./map/map'), 'MapScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/map/history',
    component: lazyRouteComponent(() => import('./map/history'), 'HistoryScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/map/propose',
    component: lazyRouteComponent(() => import('./map/propose'), 'ProposeScreen'),
  }),
])

export const router = createRouter({ routeTree: tree, basepath: '/console', defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
