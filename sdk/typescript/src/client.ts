// A host's server over the API, with the key of a service.
import type { components } from './generated/api'
import { Problem, type ProblemBody } from './problem'

type Schemas = components['schemas']
export type ConsentSession = Schemas['ConsentSession']
export type ConsentRequest = Schemas['ConsentRequest']
export type TakenDown = Schemas['TakenDown']
export type Widget = Schemas['Widget']

export interface Settings {
  /** Where Shouxin answers, for example `https://shouxin.example.com`. */
  server: string
  /** The key of the service. On a server only: a page gets a consent session. */
  key: string
  /** Of error texts. */
  language?: 'zh' | 'en'
  /** Milliseconds that one request may take; 10,000 if not given. */
  timeout?: number
  fetch?: typeof fetch
}

export interface Call {
  query?: Record<string, string | number | undefined>
  body?: unknown
  /** Makes the call safe to repeat: the same key gives the same answer. */
  idempotencyKey?: string
  signal?: AbortSignal
}

/** Calls operations; every method throws [`Problem`] if the server answers otherwise than asked. */
export class Client {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Calls any operation, typed by whoever knows what it answers. */
  async call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const { server, key, language = 'zh', timeout = 10_000, fetch: ask = fetch } = this.#settings
    const url = new URL(path, server)
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, `${value}`)
    }
    const limit = AbortSignal.timeout(timeout)
    const answer = await ask(url, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        'Accept-Language': language,
        ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(call.idempotencyKey ? { 'Idempotency-Key': call.idempotencyKey } : {}),
      },
      // A redirect would carry the key elsewhere.
      redirect: 'error',
      signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
    if (!answer.ok) throw await problem(answer)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }

  /** Lets a page speak for a customer; `visitor` is what the widget kept before the customer signed in. */
  openConsentSession(subject: string, visitor?: string): Promise<ConsentSession> {
    const body = visitor === undefined ? { subject } : { subject, visitor }
    return this.call('POST', '/api/v1/consent-sessions', { body })
  }

  /** Takes down what a customer said about a purpose. */
  putConsent(subject: string, purpose: string, said: ConsentRequest): Promise<TakenDown> {
    return this.call('PUT', `/api/v1/subjects/${part(subject)}/consents/${part(purpose)}`, { body: said })
  }

  /** What counts now of what a customer said. */
  listConsents<T = unknown>(subject: string): Promise<T> {
    return this.call('GET', `/api/v1/subjects/${part(subject)}/consents`)
  }

  /** Who of these agrees now to a purpose, over a way of being reached. */
  audience<T = unknown>(request: { purpose: string; channel?: string; subjects?: string[] }): Promise<T> {
    return this.call('POST', '/api/v1/audiences', { body: request })
  }

  /** The widget that this server has: its address and what `integrity` says. */
  widget(): Promise<Widget> {
    return this.call('GET', '/api/v1/widget')
  }
}

const part = encodeURIComponent

async function problem(answer: Response): Promise<Problem> {
  let body: ProblemBody = {}
  try {
    body = await answer.json()
  } catch {
    // Whoever stands between may answer with something else.
  }
  const wait = Number(answer.headers.get('Retry-After'))
  return new Problem(answer.status, body, wait > 0 ? wait : undefined)
}
