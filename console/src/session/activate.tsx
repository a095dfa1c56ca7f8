// The first time: a code that an administrator handed over, and a password of one's own.
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Outside } from './outside'

interface Filled {
  code: string
  password: string
  again: string
}

export function Activate({ onDone }: { onDone: () => void }) {
  const { texts } = useAppearance()
  const [login, setLogin] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  async function activate({ code, password }: Filled) {
    setBusy(true)
    setError(null)
    try {
      const activated = await answer(api.POST('/api/v1/activations', { body: { code, password } }))
      setLogin(activated.login)
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }

  const required = { required: true, message: texts.activate.missing }
  return (
    <Outside>
      <h1>{texts.activate.title}</h1>
      {login !== null ? (
        <>
          <Alert type="success" showIcon role="status" title={texts.activate.done(login)} />
          <Button type="primary" size="large" block onClick={onDone}>
            {texts.activate.signIn}
          </Button>
        </>
      ) : (
        <Form<Filled> layout="vertical" requiredMark={false} onFinish={(filled) => void activate(filled)}>
          {error !== null && <ProblemNote error={error} />}
          <Form.Item name="code" label={texts.activate.code} rules={[required]}>
            <Input size="large" autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={texts.activate.password}
            extra={texts.activate.passwordHint}
            rules={[{ ...required, min: 12 }]}
          >
            <Input size="large" type="password" autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={texts.activate.again}
            dependencies={['password']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, again) =>
                  again === getFieldValue('password')
                    ? Promise.resolve()
                    : Promise.reject(new Error(texts.activate.different)),
              }),
            ]}
          >
            <Input size="large" type="password" autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>
            {texts.activate.submit}
          </Button>
          <div className="outside-links">
            <Button type="link" onClick={onDone}>
              {texts.signIn.back}
            </Button>
          </div>
        </Form>
      )}
    </Outside>
  )
}
