/** A problem as the server tells it (RFC 9457); `code` is stable, texts are for people. */
export interface ProblemBody {
  code?: string
  title?: string
  status?: number
  detail?: string
  instance?: string
  places?: { at: string; message: string }[]
}

/** The server answered, and not as asked. */
export class Problem extends Error {
  /** The HTTP status. */
  readonly status: number
  /** The stable code, `unknown` if the answer was no problem of ours. */
  readonly code: string
  /** Seconds to wait before asking again, if the server named any. */
  readonly retryAfter: number | undefined
  readonly body: ProblemBody

  constructor(status: number, body: ProblemBody, retryAfter?: number) {
    super(body.title ?? `status ${status}`)
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? 'unknown'
    this.retryAfter = retryAfter
    this.body = body
  }
}
