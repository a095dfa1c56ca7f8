// The digest over an act and its body, as the server defines it: SHA-256 over a label, the act's word and the
// body in its one spelling, each ended by a line feed.

/** Keys in order, no blanks. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  const members = value as Record<string, unknown>
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`).join(',')}}`
}

/** In hexadecimal; null where the browser offers no digests, as on a page without TLS. */
export async function digestOf(act: string, body: unknown): Promise<string | null> {
  if (!crypto.subtle) return null
  const text = ['shouxin approval v1', act, canonical(body)].map((part) => `${part}\n`).join('')
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
