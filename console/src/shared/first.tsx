// There is nothing here yet: what for, and the steps to the first.
import type { ReactNode } from 'react'
import { Panel } from './page'
import './first.css'

interface Props {
  title: string
  lead: string
  /** What each is called, and what it is about. */
  steps: readonly (readonly [title: string, what: string])[]
  /** What stands below a step, by its place: a command, a setting. */
  below: (at: number) => ReactNode
  /** What the person may do here, or why nothing. */
  action: ReactNode
}

export function FirstSteps({ title, lead, steps, below, action }: Props) {
  return (
    <Panel title={title}>
      <div className="first">
        <p>{lead}</p>
        <ol className="first-steps">
          {steps.map(([step, what], at) => (
            <li key={step}>
              <span className="first-number" aria-hidden>
                {at + 1}
              </span>
              <div className="first-step">
                <strong>{step}</strong>
                <p className="note">{what}</p>
                {below(at)}
              </div>
            </li>
          ))}
        </ol>
        {action}
      </div>
    </Panel>
  )
}
