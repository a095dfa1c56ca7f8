// Nothing is registered yet: what for, and the three steps to the first.
import type { ReactNode } from 'react'
import { FirstSteps } from '../shared/first'
import { useConsenting } from '../texts/consenting'

export function FirstDownstream({ action }: { action: ReactNode }) {
  const t = useConsenting().downstreams
  return (
    <FirstSteps
      title={t.empty}
      lead={t.emptyLead}
      steps={t.steps}
      below={(at) => at === 0 && <pre className="first-code">{t.settings}</pre>}
      action={action || <p className="note">{t.actsOthers}</p>}
    />
  )
}
