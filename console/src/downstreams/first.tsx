// Nothing is registered yet: what for, and the three steps to the first.
import type { ReactNode } from 'react'
import { Panel } from '../shared/page'
import { useConsenting } from '../texts/consenting'

export function FirstSteps({ action }: { action: ReactNode }) {
  const consenting = useConsenting()
  const t = consenting.downstreams
  return (
    <Panel title={t.empty}>
      <div className="first">
        <p>{t.emptyLead}</p>
        <ol className="first-steps">
          {t.steps.map(([title, what], at) => (
            <li key={title}>
              <span className="first-number" aria-hidden>
                {at + 1}
              </span>
              <div>
                <strong>{title}</strong>
                <p className="note">{what}</p>
                {at === 0 && <pre className="first-code">{t.settings}</pre>}
              </div>
            </li>
          ))}
        </ol>
        {action || <p className="note">{t.actsOthers}</p>}
      </div>
    </Panel>
  )
}
