// Changes of consent, in their order, from where one left off.
import type { Client } from './client'
import { Problem } from './problem'

/** A page of changes; the newest cursor comes with every page, an empty one too. */
export interface Page<T> {
  changes: T[]
  next: string
}

export interface Following {
  /** Where one left off: what was kept of the last page. Nothing: from the beginning. */
  cursor?: string
  /** How many changes a page has, 1 to 1000. */
  limit?: number
  /** Milliseconds to wait when there is nothing new; 1,000 if not given. */
  wait?: number
  signal?: AbortSignal
}

/**
 * Follows `GET /api/v1/consents/changes` until `signal` says to stop. Keep `next` of a page after its changes
 * have taken effect: a page may come twice, and none is left out. Waits and goes on when the server is away.
 */
export async function* followChanges<T = unknown>(
  client: Pick<Client, 'call'>,
  { cursor, limit = 100, wait = 1_000, signal }: Following = {},
): AsyncGenerator<Page<T>, void> {
  let failed = 0
  while (!signal?.aborted) {
    let page: Page<T>
    try {
      const query = { cursor, limit }
      page = await client.call<Page<T>>('GET', '/api/v1/consents/changes', { query, ...(signal ? { signal } : {}) })
      failed = 0
    } catch (error) {
      if (signal?.aborted) return
      // What asking again does not mend is for the caller.
      if (error instanceof Problem && error.status < 500 && error.status !== 429) throw error
      const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1_000 : 0
      await pause(Math.max(asked, Math.min(wait * 2 ** failed++, MOST_WAIT)), signal)
      continue
    }
    cursor = page.next
    if (page.changes.length > 0) yield page
    else await pause(wait, signal)
  }
}

const MOST_WAIT = 60_000

function pause(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, millis)
    signal?.addEventListener('abort', done)
  })
}
