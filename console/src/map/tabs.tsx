// The parts of the data map, each an address of its own; those that the person may not see are left out.
import { Link } from '@tanstack/react-router'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'

const TABS = [
  { to: '/map', tab: 'map', needs: ['GET', '/api/v1/register/observations'] },
  { to: '/register', tab: 'register', needs: ['GET', '/api/v1/register'] },
  { to: '/map/history', tab: 'history', needs: ['GET', '/api/v1/register/differences'] },
  { to: '/map/propose', tab: 'propose', needs: ['POST', '/api/v1/register/plans'] },
] as const

export function MapTabs() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const own = TABS.filter(({ needs }) => may(me, needs[0], needs[1]))
  if (own.length < 2) return null
  return (
    <nav className="map-tabs" aria-label={texts.map.tabsLabel}>
      {own.map(({ to, tab }) => (
        <Link key={to} to={to} activeOptions={{ exact: true }}>
          {texts.map.tabs[tab]}
        </Link>
      ))}
    </nav>
  )
}
