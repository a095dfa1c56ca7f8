// Ten codes, shown once: the page forgets them with this component.
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useAppearance } from '../texts'

export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { texts } = useAppearance()
  const [kept, setKept] = useState(false)

  function download() {
    const address = URL.createObjectURL(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = address
    link.download = `${texts.recoveryCodes.file}.txt`
    link.click()
    URL.revokeObjectURL(address)
  }

  return (
    <div className="stack">
      <h1>{texts.recoveryCodes.title}</h1>
      <p className="note">{texts.recoveryCodes.lead}</p>
      <ol className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Button onClick={download}>{texts.recoveryCodes.download}</Button>
      <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)}>
        {texts.recoveryCodes.kept}
      </Checkbox>
      <Button type="primary" size="large" block disabled={!kept} onClick={onKept}>
        {texts.recoveryCodes.done}
      </Button>
    </div>
  )
}
