// Webhooks, verified. Source: Standard Webhooks 1.0.0, "Verifying webhook authenticity"; symmetric keys, scheme v1.

/** How far the sender's clock and ours may differ, in seconds. */
const TOLERANCE_SECONDS = 300

const ID = 'webhook-id'
const TIME = 'webhook-timestamp'
const SIGNATURE = 'webhook-signature'

/** Why a message is not to be believed. */
export class NotAuthentic extends Error {
  constructor(readonly because: 'headers' | 'time' | 'signature') {
    super(`the webhook is not authentic: ${because}`)
    this.name = 'NotAuthentic'
  }
}

export interface Message {
  /** The same in every repetition: remember it, and do nothing twice. */
  id: string
  /** When it was sent. */
  sentAt: Date
}

export type Headers = globalThis.Headers | Record<string, string | string[] | undefined>

/**
 * Checks that a message comes from whoever holds the secret (`whsec_…`) and was sent within five minutes of `now`.
 * `body` is the text as it came, before anything parsed it. Throws [`NotAuthentic`].
 */
export async function verifyWebhook(
  secret: string,
  headers: Headers,
  body: string,
  now: Date = new Date(),
): Promise<Message> {
  const [id, time, signatures] = [ID, TIME, SIGNATURE].map((name) => header(headers, name))
  if (!id || !time || !signatures || !/^\d{1,12}$/.test(time)) throw new NotAuthentic('headers')
  if (Math.abs(now.getTime() / 1000 - Number(time)) > TOLERANCE_SECONDS) throw new NotAuthentic('time')
  const key = await crypto.subtle.importKey('raw', bytes(secret.replace(/^whsec_/, '')), ALGORITHM, false, ['verify'])
  const signed = new TextEncoder().encode(`${id}.${time}.${body}`)
  // Several, while the secret is being changed.
  for (const one of signatures.split(' ')) {
    const [version, signature] = one.split(',')
    if (version !== 'v1' || !signature) continue
    // The comparison takes as long whatever differs.
    if (await crypto.subtle.verify('HMAC', key, bytes(signature), signed)) {
      return { id, sentAt: new Date(Number(time) * 1000) }
    }
  }
  throw new NotAuthentic('signature')
}

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' }

function header(headers: Headers, name: string): string | undefined {
  if (headers instanceof globalThis.Headers) return headers.get(name) ?? undefined
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  // Two of one name: whoever reads the other one would read another message.
  return typeof found === 'string' ? found : undefined
}

/** Base64; nothing if it is none. */
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
