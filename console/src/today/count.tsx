// How many duties there are, behind the name of the screen: red only where something is urgent.
import { useAppearance } from '../texts'
import { isUrgent, useDuties } from './duties'

export function TodayCount() {
  const { texts } = useAppearance()
  const { data } = useDuties()
  if (!data || data.duties.length === 0) return null
  const urgent = data.duties.some(isUrgent)
  return (
    <span className={`nav-count${urgent ? ' nav-count-urgent' : ''}`}>
      <span aria-hidden>{data.duties.length}</span>
      <span className="sr-only">{texts.nav.todayCount(data.duties.length)}</span>
    </span>
  )
}
