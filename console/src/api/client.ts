// The typed client of the API. Whatever is asked carries the language and, where something changes, the
// session's token against forged requests; whatever is refused becomes a `ProblemError`.
import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from '../generated/api'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']
export type Because = Schemas['Because']
export type Me = Schemas['Me']
export type FieldAnswer = Schemas['FieldAnswer']
export type ReadAnswer = Schemas['ReadAnswer']
export type Case = Schemas['Case']
export type Overview = Schemas['Overview']
export type Act = Schemas['Act']
export type Mark = Schemas['Mark']
export type Piece = Schemas['Piece']
export type PieceAnswer = Schemas['PieceAnswer']

/** What the server answered instead, in the person's language. Holds no personal values. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds to wait, where the server named them. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.code)
  }
}

/** Whether an error is the problem of this code. */
export const isProblem = (error: unknown, code: string): error is ProblemError =>
  error instanceof ProblemError && error.problem.code === code

// Memory only: a token in storage would outlive the page.
let csrf = ''
let language = 'zh-CN'
let onSignedOut = () => {}
let onUse = () => {}

export const setCsrf = (token: string) => {
  csrf = token
}
export const setLanguage = (tag: string) => {
  language = tag
}
/** Told when the server no longer knows the session. */
export const whenSignedOut = (told: () => void) => {
  onSignedOut = told
}
/** Told of each answer within the session: from then on the server counts idleness anew. */
export const whenUsed = (told: () => void) => {
  onUse = told
}

const middleware: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    if (request.method !== 'GET' && csrf !== '') request.headers.set('X-CSRF-Token', csrf)
    return request
  },
  onResponse({ response }) {
    if (response.ok) onUse()
  },
}

export const api = createClient<paths>({ baseUrl: window.location.origin, cache: 'no-store' })
api.use(middleware)

const unreachable: Problem = {
  type: 'urn:shouxin:problem:unreachable',
  title: '',
  status: 0,
  code: 'unreachable',
}

/** The answer of a call; rejects with a `ProblemError`, `unreachable` where there was no answer at all. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let result
  try {
    result = await call
  } catch {
    throw new ProblemError(unreachable)
  }
  const { data, error, response } = result
  if (response.ok) return data as T
  const wait = Number(response.headers.get('Retry-After'))
  const problem = isShaped(error) ? error : { ...unreachable, status: response.status }
  if (problem.code === 'sign-in-required') onSignedOut()
  throw new ProblemError(problem, Number.isFinite(wait) && wait > 0 ? wait : null)
}

const isShaped = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && 'code' in error && 'title' in error

/** Sends a file as the body of an operation, telling how much of it went out; `answer` knows no progress. */
export function upload<T>(
  method: 'POST' | 'PUT',
  path: string,
  file: Blob,
  kind: string,
  options: { signal?: AbortSignal; onSent?: (bytes: number) => void } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, path)
    request.responseType = 'text'
    request.setRequestHeader('Accept-Language', language)
    request.setRequestHeader('Content-Type', kind)
    if (csrf !== '') request.setRequestHeader('X-CSRF-Token', csrf)
    request.upload.onprogress = ({ loaded }) => options.onSent?.(loaded)
    request.onerror = () => reject(new ProblemError(unreachable))
    request.onabort = () => reject(new ProblemError(unreachable))
    request.onload = () => {
      const { status } = request
      const parsed = parse(request.responseText)
      if (status >= 200 && status < 300) {
        onUse()
        return resolve(parsed as T)
      }
      const headers = new Headers(retryOf(request))
      const result = { error: parsed, response: { ok: false, status, headers } as Response }
      answer<T>(Promise.resolve(result)).then(resolve, reject)
    }
    options.signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function retryOf(request: XMLHttpRequest): Record<string, string> {
  const wait = request.getResponseHeader('Retry-After')
  return wait === null ? {} : { 'Retry-After': wait }
}
