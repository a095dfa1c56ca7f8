// A word that must be typed before something that cannot be undone.
import { Form, Input } from 'antd'
import { useAppearance } from '../texts'

export function TypedWord({ word }: { word: string }) {
  const { texts } = useAppearance()
  return (
    <Form.Item
      name="typed"
      label={texts.people.typed.label(word)}
      validateTrigger="onSubmit"
      rules={[{ validator: (_, typed) => (typed === word ? Promise.resolve() : Promise.reject(new Error(texts.people.typed.wrong(word)))) }]}
    >
      <Input autoComplete="off" spellCheck={false} placeholder={word} />
    </Form.Item>
  )
}
