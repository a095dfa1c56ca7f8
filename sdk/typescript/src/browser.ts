// The widget on a host's page, with types.

/** What is on now, and why. */
export interface ConsentState {
  because: 'said' | 'known' | 'unsaid' | 'failed' | 'away'
  on: string[]
  off: string[]
  gpc: boolean
  version?: number
  receipt?: string
}

/** `<shouxin-consent>`. */
export interface ConsentElement extends HTMLElement {
  session: string | undefined
  renew: (() => Promise<string>) | undefined
  open(): Promise<void>
  reload(): Promise<void>
  state(): ConsentState
}

/** The widget of this page, once it can be used. */
export async function consentElement(page: Document = document): Promise<ConsentElement> {
  await customElements.whenDefined('shouxin-consent')
  const found = page.querySelector('shouxin-consent')
  if (!found) throw new Error('there is no <shouxin-consent> on this page')
  return found as unknown as ConsentElement
}

/** Calls `act` with every state that the widget comes to; gives how to stop. */
export function onConsent(act: (state: ConsentState) => void, page: Document = document): () => void {
  const heard = (event: Event) => act((event as CustomEvent<ConsentState>).detail)
  page.addEventListener('shouxin-consent', heard)
  return () => page.removeEventListener('shouxin-consent', heard)
}
