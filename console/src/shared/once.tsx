// A secret that is shown once: copied, printed, and gone with the dialog.
import { CopyOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button, Checkbox, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { useAppearance } from '../texts'

interface Props {
  title: string
  lead: string
  /** What it is called, for whoever reads the page aloud. */
  label: string
  secret: string
  facts: readonly (readonly [string, ReactNode])[]
  onKept: () => void
}

export function Once(props: Props) {
  return (
    <Modal open footer={null} closable={false} keyboard={false} width={520} title={props.title}>
      <Sheet {...props} />
    </Modal>
  )
}

function Sheet({ lead, label, secret, facts, onKept }: Props) {
  const { texts } = useAppearance()
  const [kept, setKept] = useState(false)
  const [copied, setCopied] = useState(false)

  async function copy() {
    // Refused where the page is not served over TLS: the text can still be selected.
    await navigator.clipboard?.writeText(secret).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <div className="stack once">
      <p className="note">{lead}</p>
      <code className="once-secret" role="textbox" aria-readonly aria-label={label} tabIndex={0}>
        {secret}
      </code>
      <dl className="facts facts-wide">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="once-acts">
        <Button icon={<CopyOutlined aria-hidden />} onClick={() => void copy()}>
          {copied ? texts.copied : texts.copy}
        </Button>
        <Button icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
          {texts.people.once.print}
        </Button>
      </div>
      <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)}>
        {texts.people.once.kept}
      </Checkbox>
      <Button type="primary" block disabled={!kept} onClick={onKept}>
        {texts.people.once.done}
      </Button>
    </div>
  )
}
