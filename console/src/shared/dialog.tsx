// A dialog with a form that does one thing: it closes once that is done, and says what was refused if not.
import { Button, Form, Modal } from 'antd'
import { type ReactNode, useRef } from 'react'
import { useAppearance } from '../texts'
import { useDoing } from './doing'
import { Refused } from './refused'

interface Props<T> {
  open: boolean
  title: ReactNode
  lead?: ReactNode
  submit: string
  danger?: boolean
  width?: number
  initial?: Partial<T>
  children?: ReactNode
  onClose: () => void
  /** Rejects with what was refused. */
  onSubmit: (given: T) => Promise<unknown>
}

export function Dialog<T extends object>(props: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  return (
    <Modal
      open={props.open}
      title={props.title}
      footer={null}
      width={props.width ?? 480}
      destroyOnHidden
      onCancel={props.onClose}
      // Not `autoFocus`: a field is mounted before the dialog shows, and cannot take the focus then.
      afterOpenChange={(shows) =>
        shows && box.current?.querySelector<HTMLElement>('input, textarea, button[type="submit"]')?.focus()
      }
    >
      <div ref={box}>
        <Inside {...props} />
      </div>
    </Modal>
  )
}

function Inside<T extends object>(props: Props<T>) {
  const { texts } = useAppearance()
  const { busy, error, run } = useDoing()

  async function submit(given: T) {
    const done = await run(async () => {
      await props.onSubmit(given)
      return true
    })
    if (done) props.onClose()
  }
  return (
    <div className="stack">
      {props.lead && <div className="dialog-lead">{props.lead}</div>}
      {error !== null && <Refused error={error} />}
      <Form<T>
        layout="vertical"
        requiredMark={false}
        {...(props.initial ? { initialValues: props.initial } : {})}
        onFinish={(given) => void submit(given)}
      >
        {props.children}
        <div className="dialog-foot">
          <Button onClick={props.onClose}>{texts.cancel}</Button>
          <Button type="primary" danger={props.danger ?? false} htmlType="submit" loading={busy}>
            {props.submit}
          </Button>
        </div>
      </Form>
    </div>
  )
}
