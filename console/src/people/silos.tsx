// The three administrators and what each can and cannot do: nobody opens customers' data alone.
import { AuditOutlined, ControlOutlined, KeyOutlined, SafetyOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'
import { SILOS, type Silo } from './roles'

export const SILO_ICONS: Record<Silo, ReactNode> = {
  system: <ControlOutlined aria-hidden />,
  security: <KeyOutlined aria-hidden />,
  audit: <AuditOutlined aria-hidden />,
}

export function Silos() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const t = texts.people.silos
  return (
    <section className="silos" aria-label={t.title}>
      {SILOS.map((silo) => (
        <article key={silo} className="silo" data-mine={me.silos.includes(silo)}>
          <h2>
            {SILO_ICONS[silo]} {t.names[silo]}
            {me.silos.includes(silo) && <Tag color="success">{t.you}</Tag>}
          </h2>
          <p>{t.can[silo]}</p>
          <p className="note">{t.cannot[silo]}</p>
        </article>
      ))}
      <p className="silos-rule">
        <SafetyOutlined aria-hidden /> {t.rule}
      </p>
    </section>
  )
}
