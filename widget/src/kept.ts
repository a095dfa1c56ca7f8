// What this browser remembers, in storage of the host's own page: no cookie is set.

export interface Kept {
  /** Names this browser to the server. */
  visitor?: string | undefined
  /** The last answer did not reach the server: it counts as a refusal until one does. */
  unsaved?: boolean
}

const key = (notice: string) => `shouxin-consent:${notice}`

export function kept(notice: string): Kept {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(notice)) ?? '{}')
    return found && typeof found === 'object' ? (found as Kept) : {}
  } catch {
    // Storage may be forbidden, and anybody may have written to it.
    return {}
  }
}

export function keep(notice: string, what: Kept) {
  try {
    localStorage.setItem(key(notice), JSON.stringify(what))
  } catch {
    // Then this browser is asked again.
  }
}
