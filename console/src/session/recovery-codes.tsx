// Ten codes, shown once: the page forgets them with this component.
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { save } from '../shared/save'
import { useAppearance } from '../texts'

export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { texts } = useAppearance()
  const [kept, setKept] = useState(false)

  const download = () => save(`${codes.join('\n')}\n`, `${texts.recoveryCodes.file}.txt`)

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
