// Operations that need a fresh second factor: asked for when the server says so, then tried again.
import { Button, Form, type InputRef, Modal } from 'antd'
import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react'
import { answer, api, isProblem } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { CodeItem } from './code'
import { useSession } from './session'

type Guarded = <T>(act: () => Promise<T>) => Promise<T>

const Context = createContext<Guarded | null>(null)

/** Runs an act; if it needs a fresh second factor, asks for one and runs it again. Rejects if that is declined. */
export function useStepUp(): Guarded {
  const value = use(Context)
  if (!value) throw new Error('StepUpProvider is missing')
  return value
}

export function StepUpProvider({ children }: { children: ReactNode }) {
  const { texts } = useAppearance()
  const { refresh } = useSession()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const waiting = useRef<((shown: boolean) => void) | null>(null)
  const input = useRef<InputRef>(null)

  const guarded = useCallback<Guarded>(async (act) => {
    try {
      return await act()
    } catch (caught) {
      if (!isProblem(caught, 'second-factor-required')) throw caught
      setError(null)
      setOpen(true)
      const shown = await new Promise<boolean>((resolve) => {
        waiting.current = resolve
      })
      if (!shown) throw caught
      return await act()
    }
  }, [])

  function settle(shown: boolean) {
    setOpen(false)
    waiting.current?.(shown)
    waiting.current = null
  }
  async function show(code: string) {
    setBusy(true)
    setError(null)
    try {
      await answer(api.POST('/api/v1/sessions/step-up', { body: { code } }))
      await refresh()
      settle(true)
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Context value={guarded}>
      {children}
      <Modal
        open={open}
        title={texts.stepUp.title}
        footer={null}
        destroyOnHidden
        onCancel={() => settle(false)}
        afterOpenChange={(shows) => shows && input.current?.focus()}
        width={420}
      >
        <p className="note">{texts.stepUp.lead}</p>
        {error !== null && <ProblemNote error={error} />}
        <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => void show(code)}>
          <CodeItem input={input} />
          <Button type="primary" htmlType="submit" block loading={busy}>
            {texts.stepUp.submit}
          </Button>
        </Form>
      </Modal>
    </Context>
  )
}
