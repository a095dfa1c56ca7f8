// How much time is left, as a bar, a number and a word; and bars of amounts, which look the same.
import { CheckCircleOutlined, ClockCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons'
import { type ReactNode, useEffect, useState } from 'react'
import { useAppearance } from '../texts'

/** The present moment in milliseconds, anew every so many. */
export function useNow(every = 30_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(tick)
  }, [every])
  return now
}

export type Tone = 'hot' | 'warm' | 'cool' | 'ok' | 'muted'

/** Urgent at a tenth of the time or an hour, near at a fifth. */
function toneOf(left: number, total: number): Tone {
  if (left <= 3600 || left < total / 10) return 'hot'
  return left <= total / 5 ? 'warm' : 'cool'
}

/** The time until `at`, of a period of so many seconds. */
export function Due({ at, total }: { at: string; total: number }) {
  const { texts, moment } = useAppearance()
  const now = useNow()
  const left = Math.floor((Date.parse(at) - now) / 1000)
  const tone = left <= 0 ? 'hot' : toneOf(left, total)
  const word = left <= 0 ? texts.people.due.over : texts.people.due.tones[tone]
  return (
    <div className={`due tone-${tone}`} title={moment(at)}>
      <div className="due-line">
        {tone === 'hot' ? <ExclamationCircleOutlined aria-hidden /> : <ClockCircleOutlined aria-hidden />}
        <strong>{texts.people.due.span(Math.abs(left))}</strong>
        <span>{word}</span>
      </div>
      <Meter share={1 - left / total} tone={tone} />
    </div>
  )
}

/** A bar that is full at 1. What it says stands in words beside it. */
export function Meter({ share, tone }: { share: number; tone: Tone }) {
  return (
    <svg className={`meter tone-${tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
      <rect className="meter-all" width="100" height="4" />
      <rect className="meter-used" width={Math.max(0, Math.min(1, share)) * 100} height="4" />
    </svg>
  )
}

/** A state as colour, icon and word. */
export function State({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  const usual = tone === 'ok' ? <CheckCircleOutlined aria-hidden /> : <ClockCircleOutlined aria-hidden />
  return (
    <span className={`state tone-${tone}`}>
      {icon ?? usual}
      <span>{children}</span>
    </span>
  )
}
