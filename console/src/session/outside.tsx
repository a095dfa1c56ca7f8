// What stands around the forms of whoever is not signed in yet: language and theme are chosen here already.
import { CheckCircleFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { Appearance } from '../frame/appearance'
import { Mark } from '../frame/mark'
import { useAppearance } from '../texts'

export function Outside({ children }: { children: ReactNode }) {
  const { texts } = useAppearance()
  return (
    <div className="outside">
      <aside className="outside-side">
        <div className="outside-brand">
          <Mark size={36} />
          <span>{texts.product}</span>
        </div>
        <p className="outside-lead">{texts.signIn.lead}</p>
        <ul>
          {texts.signIn.points.map(([title, text]) => (
            <li key={title}>
              <CheckCircleFilled aria-hidden />
              <div>
                <strong>{title}</strong>
                <div>{text}</div>
              </div>
            </li>
          ))}
        </ul>
      </aside>
      <div className="outside-main">
        <div className="outside-bar">
          <Appearance />
        </div>
        <main className="outside-form">{children}</main>
      </div>
    </div>
  )
}
