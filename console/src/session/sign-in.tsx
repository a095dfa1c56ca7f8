// Signing in: login and password, then a code where the account has a second factor.
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api, isProblem } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Activate } from './activate'
import { CodeItem } from './code'
import { Outside } from './outside'

interface Shown {
  login: string
  password: string
}

export function SignIn({ ended, onSignedIn }: { ended: boolean; onSignedIn: () => Promise<void> }) {
  const { texts } = useAppearance()
  const [first, setFirst] = useState<Shown | null>(null)
  const [recovery, setRecovery] = useState(false)
  const [activating, setActivating] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  async function signIn(shown: Shown, second: { code?: string; recovery_code?: string }) {
    setBusy(true)
    setError(null)
    try {
      await answer(api.POST('/api/v1/sessions', { body: { ...shown, ...second } }))
      setFirst(null)
      await onSignedIn()
    } catch (caught) {
      if (isProblem(caught, 'code-required')) setFirst(shown)
      else setError(caught)
    } finally {
      setBusy(false)
    }
  }

  const submit = (label: string) => (
    <Button type="primary" htmlType="submit" size="large" block loading={busy}>
      {label}
    </Button>
  )

  if (activating) return <Activate onDone={() => setActivating(false)} />
  return (
    <Outside>
      <h1>{first ? texts.signIn.codeTitle : texts.signIn.title}</h1>
      {first && !recovery && <p className="note">{texts.signIn.codeLead}</p>}
      {ended && !first && error === null && <Alert type="info" showIcon title={texts.signIn.ended} />}
      {error !== null && <ProblemNote error={error} />}
      {first === null ? (
        <Form<Shown> layout="vertical" requiredMark={false} onFinish={(shown) => void signIn(shown, {})}>
          <Form.Item
            name="login"
            label={texts.signIn.login}
            rules={[{ required: true, message: texts.signIn.loginMissing }]}
          >
            <Input size="large" autoComplete="username" autoCapitalize="none" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={texts.signIn.password}
            rules={[{ required: true, message: texts.signIn.passwordMissing }]}
          >
            <Input size="large" type="password" autoComplete="current-password" />
          </Form.Item>
          {submit(texts.signIn.submit)}
          <div className="outside-links">
            <Button type="link" onClick={() => setActivating(true)}>
              {texts.activate.link}
            </Button>
          </div>
        </Form>
      ) : (
        <Form<{ code?: string; recovery?: string }>
          key={recovery ? 'recovery' : 'code'}
          layout="vertical"
          requiredMark={false}
          onFinish={(shown) =>
            void signIn(first, recovery ? { recovery_code: shown.recovery ?? '' } : { code: shown.code ?? '' })
          }
        >
          {recovery ? (
            <Form.Item
              name="recovery"
              label={texts.signIn.recovery}
              extra={texts.signIn.recoveryHint}
              rules={[{ required: true, message: texts.signIn.recoveryMissing }]}
            >
              <Input size="large" autoComplete="off" autoFocus />
            </Form.Item>
          ) : (
            <CodeItem autoFocus />
          )}
          {submit(texts.signIn.confirm)}
          <div className="outside-links">
            <Button type="link" onClick={() => setRecovery(!recovery)}>
              {recovery ? texts.signIn.useCode : texts.signIn.useRecovery}
            </Button>
            <Button
              type="link"
              onClick={() => {
                setFirst(null)
                setRecovery(false)
                setError(null)
              }}
            >
              {texts.signIn.back}
            </Button>
          </div>
        </Form>
      )}
    </Outside>
  )
}
