// Six digits of a second factor, as one field: password managers and phones fill it in.
import { Form, Input } from 'antd'
import { useAppearance } from '../texts'

export function CodeItem({ name = 'code', autoFocus = false }: { name?: string; autoFocus?: boolean }) {
  const { texts } = useAppearance()
  return (
    <Form.Item
      name={name}
      label={texts.signIn.code}
      rules={[{ required: true, pattern: /^\d{6}$/, message: texts.signIn.codeMissing }]}
      validateTrigger="onSubmit"
    >
      <Input
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
