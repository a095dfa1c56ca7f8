// The server ends a session that asks for nothing; two minutes before, the person is told.
import { Button, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api, whenUsed } from '../api/client'
import { useAppearance } from '../texts'
import { useSession } from './session'

const WARNING_SECONDS = 120

export function IdleWatch() {
  const { texts } = useAppearance()
  const { me, signOut } = useSession()
  const [used, setUsed] = useState(() => Date.now())
  const [now, setNow] = useState(() => Date.now())
  const idle = me.person?.idle_seconds ?? 0
  const end = me.person ? Date.parse(me.person.session_expires_at) : Number.POSITIVE_INFINITY

  useEffect(() => {
    whenUsed(() => setUsed(Date.now()))
    const tick = setInterval(() => setNow(Date.now()), 1000)
    return () => {
      whenUsed(() => {})
      clearInterval(tick)
    }
  }, [])

  // Whichever comes first: idleness, or the session's own end, which nothing puts off.
  const left = Math.ceil((Math.min(used + idle * 1000, end) - now) / 1000)
  const over = left <= 0
  useEffect(() => {
    if (over) void signOut(true)
  }, [over, signOut])

  const stay = () => answer(api.GET('/api/v1/me')).catch(() => undefined)
  return (
    <Modal
      open={left <= WARNING_SECONDS && !over}
      title={texts.idle.title}
      closable={false}
      keyboard={false}
      width={440}
      footer={
        <>
          <Button onClick={() => void signOut()}>{texts.idle.leave}</Button>
          <Button type="primary" onClick={() => void stay()}>
            {texts.idle.stay}
          </Button>
        </>
      }
    >
      <p role="timer">{texts.idle.text(Math.max(left, 0))}</p>
    </Modal>
  )
}
