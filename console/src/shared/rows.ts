// Rows that are walked by `j` and `k` and opened by Enter.
import { useEffect, useState } from 'react'
import { useKeys } from '../frame/keys'

/** The row chosen by keyboard, or -1. */
export function useRows(count: number, open: (at: number) => void): number {
  const [at, setAt] = useState(-1)
  const chosen = Math.min(at, count - 1)
  useKeys({
    j: () => count > 0 && setAt(Math.min(chosen + 1, count - 1)),
    k: () => count > 0 && setAt(Math.max(chosen - 1, 0)),
    ...(chosen >= 0 ? { Enter: () => open(chosen) } : {}),
  })
  useEffect(() => {
    document.querySelector('.row-chosen')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return chosen
}
