// What a choice sets free: blocked scripts, and Google's consent mode.

const BLOCKED = 'script[type="text/plain"][data-purpose]'

/** Starts every blocked script all of whose purposes are on. Each is started once, and never evaluated here. */
export function release(on: string[]) {
  if (!on.length) return
  for (const blocked of document.querySelectorAll<HTMLScriptElement>(BLOCKED)) {
    const { purpose = '', src, integrity, type } = blocked.dataset
    const purposes = purpose.split(/\s+/).filter(Boolean)
    if (!src || !purposes.length || !purposes.every((name) => on.includes(name))) continue
    const script = document.createElement('script')
    if (type) script.type = type
    if (integrity) {
      script.integrity = integrity
      script.crossOrigin = 'anonymous'
    }
    if (blocked.nonce) script.nonce = blocked.nonce
    script.async = false
    script.src = trusted(src)
    blocked.replaceWith(script)
  }
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown }
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/**
 * An address as pages want it that take no plain ones: their policy allows `trusted-types shouxin-consent`. It stands
 * in the page's own markup, and where scripts may come from is for the page's `script-src`.
 */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('shouxin-consent', { createScriptURL: (url) => url })
  return policy ? (policy.createScriptURL(url) as string) : url
}

/** The four signals of consent mode v2. */
const SIGNALS = ['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage']

/** Tells the tags of Google what is on; `mapping` is a list of `signal=purpose`. Does nothing without one. */
export function signal(step: 'default' | 'update', mapping: string | null, on: string[]) {
  if (!mapping) return
  const pairs = mapping.split(/[\s,]+/).map((pair) => pair.split('='))
  const granted = (name: string) => {
    const needs = pairs.filter(([signal]) => signal === name)
    return needs.length > 0 && needs.every(([, purpose = '']) => on.includes(purpose))
  }
  const state = Object.fromEntries(SIGNALS.map((name) => [name, granted(name) ? 'granted' : 'denied']))
  tell('consent', step, state)
}

/** Google's tags read `arguments` objects, not arrays. Source: developers.google.com/tag-platform, consent mode. */
function tell(..._words: unknown[]) {
  const page = window as unknown as { dataLayer?: unknown[] }
  page.dataLayer ??= []
  page.dataLayer.push(arguments)
}
