// What runs out next for the person, as the API tells it.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { fieldOf, type Register, useRegister } from '../api/register'
import { useAppearance } from '../texts'

export type Duty = Schemas['Duty']

/** The duties, and how far the server's clock is from this one's, in milliseconds. Also told to the navigation. */
export function useDuties(onMount: true | 'always' = true) {
  return useQuery({
    queryKey: ['duties'],
    queryFn: async () => {
      const list = await answer(api.GET('/api/v1/duties'))
      return { ...list, ahead: Date.parse(list.now) - Date.now() }
    },
    staleTime: 30_000,
    refetchOnMount: onMount,
  })
}

/** The server's time, told anew every half minute: clocks do not move. */
export function useServerNow(ahead: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(tick)
  }, [])
  return now + ahead
}

/** What a duty is called: a line of words without codes. */
export function useTitle(): (duty: Duty) => string {
  const { texts, pick } = useAppearance()
  const { data: register } = useRegister()
  return (duty) => {
    const title = texts.today.titles[duty.kind]
    return title?.(whatOf(duty), duty.about ?? '', duty.count ?? '') ?? texts.today.kinds[duty.kind] ?? ''
  }

  function whatOf({ kind, what }: Duty): string {
    if (kind === 'keys-age') return what ? texts.today.zoneKeys(what) : texts.today.ownKeys
    if (!what) return ''
    if (kind.startsWith('approval-')) return texts.today.acts[what] ?? what
    if (kind === 'alarm-unseen') return texts.today.alarms[what] ?? what
    const title = register && titleIn(register, kind, what)
    return title ? pick(title) : what
  }
}

function titleIn(register: Register, kind: string, what: string) {
  const list = kind === 'retention-over' ? register.collections : register.purposes
  return list.find(({ name }) => name === what)?.title ?? fieldOf(register, what)?.field.title
}

/** How long is left, or for how long it is over, in the clock's own unit. */
export function useTimeLeft(now: number): (duty: Duty) => string {
  const { clock } = useAppearance().texts.today
  return (duty) => {
    const left = Date.parse(duty.ends_at) - now
    if (duty.unit === 'working-days') {
      if (duty.state === 'overdue') return duty.left === 0 ? clock.over(span(-left)) : clock.over(clock.workingDays(-duty.left))
      return duty.left === 0 ? clock.lastDay : clock.workingDays(duty.left)
    }
    return left >= 0 ? span(left) : clock.over(span(-left))
  }

  function span(millis: number): string {
    if (millis < MINUTE) return clock.lessThanMinute
    if (millis < 2 * HOUR) return clock.minutes(Math.floor(millis / MINUTE))
    if (millis < 4 * DAY) return clock.hours(Math.floor(millis / HOUR))
    return clock.days(Math.floor(millis / DAY))
  }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How much of a duty's time is used, from 0 to 100. */
export function used(duty: Duty, now: number): number {
  const [from, to] = [Date.parse(duty.began_at), Date.parse(duty.ends_at)]
  return to <= from ? 100 : Math.min(100, Math.max(0, Math.round(((now - from) / (to - from)) * 100)))
}

/** The day in China on which a moment lies, as `2026-11-22`. */
export const chinaDay = (millis: number): string => new Date(millis + 8 * HOUR).toISOString().slice(0, 10)

export const isUrgent = ({ state }: Duty): boolean => state !== 'on-time'
