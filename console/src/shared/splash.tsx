import { Spin } from 'antd'
import { useAppearance } from '../texts'

/** While nothing is known yet. */
export function Splash() {
  const { texts } = useAppearance()
  return (
    <main className="splash" aria-label={texts.loading}>
      <Spin />
    </main>
  )
}
