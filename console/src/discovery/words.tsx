// Severity and state, each with its sign; the share with its interval.
import {
  CheckCircleOutlined,
  ExclamationCircleFilled,
  EyeInvisibleOutlined,
  FlagOutlined,
  InfoCircleOutlined,
  StopOutlined,
  WarningFilled,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useDiscovering } from '../texts/discovering'
import { type Finding, shareOf, TONES } from './model'

const SEVERITIES: Record<string, ReactNode> = {
  high: <ExclamationCircleFilled aria-hidden />,
  medium: <WarningFilled aria-hidden />,
  low: <FlagOutlined aria-hidden />,
  info: <InfoCircleOutlined aria-hidden />,
}

export function Severity({ of }: { of: string }) {
  const t = useDiscovering()
  return (
    <span className={`state tone-${TONES[of] ?? 'muted'}`}>
      {SEVERITIES[of]}
      {t.severities[of] ?? of}
    </span>
  )
}

const STATES: Record<string, readonly [tone: string, icon: ReactNode]> = {
  open: ['warm', <ExclamationCircleFilled key="open" aria-hidden />],
  confirmed: ['cool', <FlagOutlined key="confirmed" aria-hidden />],
  dismissed: ['muted', <StopOutlined key="dismissed" aria-hidden />],
  suppressed: ['muted', <EyeInvisibleOutlined key="suppressed" aria-hidden />],
  resolved: ['ok', <CheckCircleOutlined key="resolved" aria-hidden />],
}

export function Standing({ of }: { of: Finding }) {
  const t = useDiscovering()
  const [tone, icon] = STATES[of.state] ?? ['muted', null]
  return (
    <span className={`state tone-${tone}`}>
      {icon}
      {t.states[of.state] ?? of.state}
    </span>
  )
}

/** The share of rows with its interval, as a bar; the words beside it say the same. */
export function ShareBar({ of, words = true }: { of: Finding; words?: boolean }) {
  const t = useDiscovering()
  const share = shareOf(of)
  const interval = t.interval(of.low, of.high)
  return (
    <span className="disc-share">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label={t.shareLabel(t.percent(share), interval)}>
        <rect className="disc-track" y="4" width="100" height="4" />
        <rect className="disc-range" x={of.low * 100} y="2" width={Math.max(0.8, (of.high - of.low) * 100)} height="8" />
        <rect className="disc-point" x={Math.min(99, share * 100)} y="0" width="1" height="12" />
      </svg>
      {words && (
        <span className="note nowrap">
          {t.percent(share)} · {interval}
        </span>
      )}
    </span>
  )
}
