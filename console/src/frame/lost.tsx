// Addresses without a screen, and screens that broke.
import { useNavigate } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { useAppearance } from '../texts'

export function Lost() {
  const { texts } = useAppearance()
  const navigate = useNavigate()
  return (
    <Result
      status="info"
      title={texts.frame.notHere}
      subTitle={texts.frame.notHereWhat}
      extra={<Button onClick={() => void navigate({ to: '/' })}>{texts.frame.home}</Button>}
    />
  )
}

/** What was thrown is not shown: it could hold anything. */
export function Broken() {
  const { texts } = useAppearance()
  return (
    <Result
      status="warning"
      title={texts.frame.fault}
      subTitle={texts.frame.faultWhat}
      extra={<Button onClick={() => window.location.reload()}>{texts.frame.reload}</Button>}
    />
  )
}
