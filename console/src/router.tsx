// The addresses of the console. The frame and the way in are loaded first, each screen when it is opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { Broken, Lost } from './frame/lost'
import { searchOf } from './discovery/search'
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
/** An entry, and which of the ledger to look at: acts of one kind, within a time. */
const entryOf = (search: Record<string, unknown>): { entry?: number; kind?: string; since?: string; until?: string } => {
  const { entry, kind, since, until } = search
  return {
    ...(typeof entry === 'number' && Number.isSafeInteger(entry) && entry >= 0 ? { entry } : {}),
    ...(typeof kind === 'string' && /^[a-z-]{1,40}$/.test(kind) ? { kind } : {}),
    ...(isMoment(since) ? { since } : {}),
    ...(isMoment(until) ? { until } : {}),
  }
}
const isMoment = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)
const readOf = (search: Record<string, unknown>): { read?: string; field?: string } => ({
  ...(typeof search.read === 'string' ? { read: search.read } : {}),
  ...(typeof search.field === 'string' ? { field: search.field } : {}),
})
const RANGES = ['30', '90', '26w', '52w'] as const
type Range = (typeof RANGES)[number]
const consentsOf = (search: Record<string, unknown>): { range?: Range; purpose?: string; show?: 'said' } => {
  const range = RANGES.find((one) => one === `${search.range}`)
  return {
    ...(range ? { range } : {}),
    ...(typeof search.purpose === 'string' ? { purpose: search.purpose } : {}),
    ...(search.show === 'said' ? { show: 'said' } : {}),
  }
}
const versionOf = (search: Record<string, unknown>): { version?: number; from?: number } => ({
  ...(isVersion(search.version) ? { version: search.version } : {}),
  ...(isVersion(search.from) ? { from: search.from } : {}),
})
const isVersion = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0

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
  createRoute({
    getParentRoute: parent,
    path: '/discovery',
    validateSearch: searchOf,
    component: lazyRouteComponent(() => import('./discovery/discovery'), 'DiscoveryScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/quality',
    component: lazyRouteComponent(() => import('./quality/quality'), 'QualityScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/quality/$check',
    component: lazyRouteComponent(() => import('./quality/check'), 'CheckScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/consents',
    validateSearch: consentsOf,
    component: lazyRouteComponent(() => import('./consents/consents'), 'ConsentsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/downstreams',
    component: lazyRouteComponent(() => import('./downstreams/downstreams'), 'DownstreamsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/audiences',
    component: lazyRouteComponent(() => import('./audiences/audiences'), 'AudiencesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/notices',
    component: lazyRouteComponent(() => import('./notices/list'), 'Notices'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/notices/$name',
    validateSearch: versionOf,
    component: lazyRouteComponent(() => import('./notices/reading'), 'NoticeScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/notices/$name/edit',
    component: lazyRouteComponent(() => import('./notices/edit'), 'EditScreen'),
  }),
])

export const router = createRouter({ routeTree: tree, basepath: '/console', defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
