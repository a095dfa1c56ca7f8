// Keys that work everywhere, but not while somebody writes.
import { useEffect, useRef } from 'react'

/** Calls the function of a key: `j`, `?`, or `mod+k` for Ctrl and ⌘. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>) {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const told = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey
      if (event.altKey || event.isComposing || (!mod && isWriting(event.target))) return
      const act = latest.current[`${mod ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`]
      if (!act) return
      event.preventDefault()
      act(event)
    }
    window.addEventListener('keydown', told)
    return () => window.removeEventListener('keydown', told)
  }, [])
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], [role="combobox"]') !== null)
