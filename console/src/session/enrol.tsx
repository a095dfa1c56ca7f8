// Whoever has no second factor yet enrols one, and does nothing else before.
import { useQuery } from '@tanstack/react-query'
import { Button, Form, QRCode } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { Splash } from '../shared/splash'
import { useAppearance } from '../texts'
import { CodeItem } from './code'
import { Outside } from './outside'
import { RecoveryCodes } from './recovery-codes'
import { useSession } from './session'

export function Enrol() {
  const { texts } = useAppearance()
  const { refresh, signOut } = useSession()
  const [codes, setCodes] = useState<string[] | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const started = useQuery({
    queryKey: ['totp'],
    queryFn: () => answer(api.POST('/api/v1/me/totp')),
    staleTime: Number.POSITIVE_INFINITY,
    // The secret is forgotten with the page that shows it.
    gcTime: 0,
  })

  async function confirm(code: string) {
    setBusy(true)
    setError(null)
    try {
      const made = await answer(api.PUT('/api/v1/me/totp', { body: { code } }))
      setCodes(made.recovery_codes)
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }

  if (codes) {
    return (
      <Outside>
        <RecoveryCodes codes={codes} onKept={() => void refresh()} />
      </Outside>
    )
  }
  if (started.isPending) return <Splash />
  return (
    <Outside>
      <h1>{texts.enrol.title}</h1>
      <p className="note">{texts.enrol.lead}</p>
      {started.isError ? (
        <ProblemNote error={started.error} onRetry={() => void started.refetch()} />
      ) : (
        <>
          <h2>{texts.enrol.scan}</h2>
          {/* Black on white in both themes: cameras need it. */}
          <div className="qr">
            <QRCode
              aria-label={texts.enrol.qr}
              value={started.data.url}
              type="svg"
              size={184}
              color="#000000"
              bgColor="#ffffff"
              bordered={false}
            />
          </div>
          <details className="qr-key">
            <summary>{texts.enrol.type}</summary>
            <code>{started.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          </details>
          <h2>{texts.enrol.confirm}</h2>
          {error !== null && <ProblemNote error={error} />}
          <Form<{ code: string }>
            layout="vertical"
            requiredMark={false}
            onFinish={({ code }) => void confirm(code)}
          >
            <CodeItem />
            <Button type="primary" htmlType="submit" size="large" block loading={busy}>
              {texts.enrol.submit}
            </Button>
          </Form>
        </>
      )}
      <div className="outside-links">
        <Button type="link" onClick={() => void signOut()}>
          {texts.enrol.signOut}
        </Button>
      </div>
    </Outside>
  )
}
