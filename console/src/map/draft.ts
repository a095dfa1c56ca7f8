// The draft of a register: in the memory of this page alone, so that it is there after a look at another screen
// and gone with the page or the session.
import { useSyncExternalStore } from 'react'

let draft: { owner: string; text: string } | null = null
const listeners = new Set<() => void>()

const tell = (next: typeof draft) => {
  draft = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The draft of this person; `null` while they have not begun one. Nobody is shown what another left. */
export function useDraft(owner: string): [text: string | null, put: (text: string | null) => void] {
  const kept = useSyncExternalStore(subscribe, () => draft)
  return [kept?.owner === owner ? kept.text : null, (text) => tell(text === null ? null : { owner, text })]
}
