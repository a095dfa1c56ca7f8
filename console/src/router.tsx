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
const readOf = (search: Record<string, unknown>): { read?: string } =>
  typeof search.read === 'string' ? { read: search.read } : {}

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
])

export const router = createRouter({ routeTree: tree, basepath: '/console', defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
