// A revealed value is lent, not given: for so many seconds, to this page alone, while it is looked at.
import { useCallback, useEffect, useState } from 'react'
import type { Mark, Piece } from '../api/client'

export const LOAN_SECONDS = 60

export interface LentValue {
  value: string
  /** Where identifiers stand in it. */
  marks: readonly Mark[]
  /** What stands in the place of what was taken out of it. */
  pieces?: readonly Piece[]
}

export interface Loan {
  field: string
  /** The clear values, one for each record that is lent, by record id. */
  values: ReadonlyMap<string, LentValue>
  /** When it ends, in milliseconds of this machine's clock. */
  until: number
  /** For how long it was lent. */
  seconds: number
}

/** The one loan of a page; it ends by itself, and at once when the page is left or printed. */
export function useLoan(): {
  loan: Loan | null
  secondsLeft: number
  lend: (field: string, values: ReadonlyMap<string, LentValue>) => void
  end: () => void
} {
  // State of this component and nothing else: no cache, no store, nothing in an address.
  const [loan, setLoan] = useState<Loan | null>(null)
  const [now, setNow] = useState(() => Date.now())
  const end = useCallback(() => setLoan(null), [])

  useEffect(() => {
    if (!loan) return
    const tick = () => {
      const time = Date.now()
      // A clock that was put back must not lengthen a loan.
      if (time >= loan.until || time < loan.until - LOAN_SECONDS * 1000) end()
      else setNow(time)
    }
    const left = () => document.hidden && end()
    const timer = setInterval(tick, 250)
    document.addEventListener('visibilitychange', left)
    window.addEventListener('pagehide', end)
    window.addEventListener('beforeprint', end)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', left)
      window.removeEventListener('pagehide', end)
      window.removeEventListener('beforeprint', end)
    }
  }, [loan, end])

  const lend = useCallback((field: string, values: ReadonlyMap<string, LentValue>) => {
    const time = Date.now()
    setNow(time)
    setLoan({ field, values, until: time + LOAN_SECONDS * 1000, seconds: LOAN_SECONDS })
  }, [])
  const secondsLeft = loan ? Math.max(0, Math.ceil((loan.until - now) / 1000)) : 0
  return { loan, secondsLeft, lend, end }
}
