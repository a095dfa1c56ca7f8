// One act at a time: asks for the second factor where the server wants it, and keeps what was refused.
import { useCallback, useState } from 'react'
import { isProblem } from '../api/client'
import { useStepUp } from '../session/step-up'

interface Doing {
  busy: boolean
  /** What was refused last, for a `ProblemNote`; null once another act begins. */
  error: unknown
  /** Runs an act. `undefined` if it was refused, or the second factor was not shown. */
  run: <T>(act: () => Promise<T>) => Promise<T | undefined>
  clear: () => void
}

export function useDoing(): Doing {
  const guarded = useStepUp()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = useCallback(
    async <T>(act: () => Promise<T>): Promise<T | undefined> => {
      setBusy(true)
      setError(null)
      try {
        return await guarded(act)
      } catch (caught) {
        // Whoever closed the dialog of the second factor knows why nothing happened.
        if (!isProblem(caught, 'second-factor-required')) setError(caught)
        return undefined
      } finally {
        setBusy(false)
      }
    },
    [guarded],
  )
  const clear = useCallback(() => setError(null), [])
  return { busy, error, run, clear }
}
