// The ledger to take along, with the command that verifies it on a machine that has nothing of this system.
import { CopyOutlined, DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { save } from '../shared/save'

const COMMAND = 'shouxin-verify export ledger.ndjson --key ledger.keys'

export function Export() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { busy, error, run } = useDoing()
  const [done, setDone] = useState(false)
  const take = () =>
    run(async () => {
      const file = await answer(api.GET('/api/v1/ledger/export', { parseAs: 'blob' }))
      save(file as unknown as Blob, 'ledger.ndjson')
      setDone(true)
    })
  const keys = () =>
    run(async () => {
      const { keys } = await answer(api.GET('/api/v1/ledger/keys'))
      save(new Blob([`${keys.join('\n')}\n`], { type: 'text/plain' }), 'ledger.keys')
    })
  return (
    <Panel
      title={texts.ledger.offline}
      extra={
        may(me, 'GET', '/api/v1/ledger/export') && (
          <Button icon={<DownloadOutlined aria-hidden />} loading={busy} onClick={() => void take()}>
            {busy ? texts.ledger.exporting : texts.ledger.export}
          </Button>
        )
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {done && (
        <p className="ledger-good" role="status">
          {texts.ledger.exported}
        </p>
      )}
      <p className="note">{texts.ledger.offlineHint}</p>
      <Command text={COMMAND} />
      <p className="note">{texts.ledger.keysHint}</p>
      <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => void keys()}>
        {texts.ledger.downloadKeys}
      </Button>
    </Panel>
  )
}

/** A command to paste, with a button that copies it. */
export function Command({ text }: { text: string }) {
  const { texts } = useAppearance()
  const [copied, setCopied] = useState(false)
  return (
    <div className="command">
      <code>{text}</code>
      <Button
        size="small"
        type="text"
        icon={<CopyOutlined aria-hidden />}
        aria-label={texts.ledger.copy}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => {})}
      >
        {copied ? texts.copied : texts.copy}
      </Button>
    </div>
  )
}
