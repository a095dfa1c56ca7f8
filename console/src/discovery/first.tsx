// Nothing was scanned yet: what for, and the three steps to the first.
import { CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { Panel } from '../shared/page'
import { useDiscovering } from '../texts/discovering'
import '../downstreams/downstreams.css'

export function FirstScan({ action }: { action: ReactNode }) {
  const t = useDiscovering()
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
              <div className="disc-step">
                <strong>{title}</strong>
                <p className="note">{what}</p>
                {t.commands[at] && <Command text={t.commands[at]} />}
              </div>
            </li>
          ))}
        </ol>
        {action || <p className="note">{t.readOnly}</p>}
      </div>
    </Panel>
  )
}

function Command({ text }: { text: string }) {
  const t = useDiscovering()
  const { message } = App.useApp()
  return (
    <div className="disc-command">
      <pre className="first-code" tabIndex={0}>
        {text}
      </pre>
      <Button
        size="small"
        icon={<CopyOutlined aria-hidden />}
        aria-label={`${t.copy}: ${text}`}
        onClick={() => void navigator.clipboard.writeText(text).then(() => message.success(t.copied))}
      >
        {t.copy}
      </Button>
    </div>
  )
}
