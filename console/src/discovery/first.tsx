// Nothing was scanned yet: what for, and the three steps to the first.
import { CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { FirstSteps } from '../shared/first'
import { useDiscovering } from '../texts/discovering'

export function FirstScan({ action }: { action: ReactNode }) {
  const t = useDiscovering()
  return (
    <FirstSteps
      title={t.empty}
      lead={t.emptyLead}
      steps={t.steps}
      below={(at) => t.commands[at] && <Command text={t.commands[at]} />}
      action={action || <p className="note">{t.readOnly}</p>}
    />
  )
}

function Command({ text }: { text: string }) {
  const t = useDiscovering()
  const { message } = App.useApp()
  return (
    <div className="first-command">
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
