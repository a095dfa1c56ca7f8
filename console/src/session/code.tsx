// Six digits of a second factor, as one field: password managers and phones fill it in.
import { Form, Input, type InputRef } from 'antd'
import type { Ref } from 'react'
import { useAppearance } from '../texts'

interface Props {
  name?: string
  autoFocus?: boolean
  /** The field, for a dialog that gives it the focus once it shows. */
  input?: Ref<InputRef>
}

export function CodeItem({ name = 'code', autoFocus = false, input }: Props) {
  const { texts } = useAppearance()
  return (
    <Form.Item
      name={name}
      label={texts.signIn.code}
      rules={[{ required: true, pattern: /^\d{6}$/, message: texts.signIn.codeMissing }]}
      validateTrigger="onSubmit"
    >
      <Input
        ref={input}
        className="code-input"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        autoFocus={autoFocus}
        size="large"
      />
    </Form.Item>
  )
}
