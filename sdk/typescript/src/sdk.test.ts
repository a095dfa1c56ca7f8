import { createHmac } from 'node:crypto'
import { Client, followChanges, NotAuthentic, onConsent, Problem, verifyWebhook } from './index'

interface Seen {
  url: string
  init: RequestInit
}

/** A server that gives these answers in turn and remembers what it was asked. */
function server(...answers: (Response | Error)[]) {
  const seen: Seen[] = []
  const ask = async (url: string | URL | Request, init: RequestInit = {}) => {
    seen.push({ url: `${url}`, init })
    const answer = answers.shift()
    if (!answer || answer instanceof Error) throw answer ?? new Error('nothing more')
    return answer
  }
  const client = new Client({ server: 'https://shouxin.example.com', key: 'sx_test', fetch: ask as typeof fetch })
  return { client, seen }
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers })

test('a consent session is opened with the key, and never through a redirect', async () => {
  const { client, seen } = server(json({ token: 't', expires_at: '', joined: 1 }, 201))
  expect((await client.openConsentSession('sub_1', 'v')).joined).toBe(1)
  const [{ url, init }] = seen as [Seen]
  expect(url).toBe('https://shouxin.example.com/api/v1/consent-sessions')
  expect(new Headers(init.headers).get('Authorization')).toBe('Bearer sx_test')
  expect(init.redirect).toBe('error')
  expect(JSON.parse(`${init.body}`)).toEqual({ subject: 'sub_1', visitor: 'v' })
})

test('what stands in a path cannot leave it', async () => {
  const { client, seen } = server(json({ entry: 1 }))
  await client.putConsent('sub_1', '../keys?x', { state: 'given', form: 'general' })
  expect(seen[0]?.url).toBe('https://shouxin.example.com/api/v1/subjects/sub_1/consents/..%2Fkeys%3Fx')
})

test('a refusal keeps its code, its places and how long to wait', async () => {
  const { client } = server(json({ code: 'too-many-requests', title: 'slow' }, 429, { 'Retry-After': '7' }))
  const refused = await client.widget().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Problem)
  expect(refused).toMatchObject({ status: 429, code: 'too-many-requests', retryAfter: 7, message: 'slow' })
  const other = server(new Response('<html>', { status: 502 }))
  expect(await other.client.widget().catch((error: unknown) => error)).toMatchObject({ status: 502, code: 'unknown' })
})

test('changes come in order, over a server that was away, from the cursor of the last page', async () => {
  const { client, seen } = server(
    json({ changes: [1, 2], next: 'c2' }),
    new TypeError('away'),
    json({ code: 'store-unavailable' }, 503),
    json({ changes: [], next: 'c2' }),
    json({ changes: [3], next: 'c3' }),
  )
  const stop = new AbortController()
  const got: unknown[] = []
  for await (const page of followChanges(client, { cursor: 'c0', wait: 1, signal: stop.signal })) {
    got.push(...page.changes)
    if (page.next === 'c3') stop.abort()
  }
  expect(got).toEqual([1, 2, 3])
  const cursors = seen.map(({ url }) => new URL(url).searchParams.get('cursor'))
  expect(cursors).toEqual(['c0', 'c2', 'c2', 'c2', 'c2'])
})

test('a cursor that the server refuses ends the following', async () => {
  const { client } = server(json({ code: 'invalid-parameter' }, 400))
  await expect(followChanges(client).next()).rejects.toMatchObject({ code: 'invalid-parameter' })
})

describe('a webhook', () => {
  const key = Buffer.from('shouxin-test-key-of-32-bytes-----')
  const secret = `whsec_${key.toString('base64')}`
  const body = '{"type":"consent.withdrawn"}'
  const now = new Date('2026-11-22T03:04:05Z')
  const sign = (text: string, id = 'msg_1', at = 1795316645, by = key) => ({
    'Webhook-Id': id,
    'Webhook-Timestamp': `${at}`,
    'Webhook-Signature': `v1,${createHmac('sha256', by).update(`${id}.${at}.${text}`).digest('base64')}`,
  })

  test('that was signed is believed, also beside an older signature', async () => {
    expect(now.getTime() / 1000).toBe(1795316645)
    expect(await verifyWebhook(secret, sign(body), body, now)).toEqual({ id: 'msg_1', sentAt: now })
    const two = sign(body)
    two['Webhook-Signature'] = `v1,AAAA ${two['Webhook-Signature']}`
    expect(await verifyWebhook(secret, new Headers(two), body, now)).toMatchObject({ id: 'msg_1' })
  })

  test.each([
    ['another body', sign(body), `${body} `, 'signature'],
    ['another id', { ...sign(body), 'Webhook-Id': 'msg_2' }, body, 'signature'],
    ['another key', sign(body, 'msg_1', 1795316645, Buffer.from('other')), body, 'signature'],
    ['another scheme', { ...sign(body), 'Webhook-Signature': 'v1a,AAAA' }, body, 'signature'],
    ['no base64', { ...sign(body), 'Webhook-Signature': 'v1,%%%' }, body, 'signature'],
    ['old', sign(body, 'msg_1', 1795316645 - 301), body, 'time'],
    ['from the future', sign(body, 'msg_1', 1795316645 + 301), body, 'time'],
    ['no time', { ...sign(body), 'Webhook-Timestamp': 'now' }, body, 'headers'],
    ['no headers', {}, body, 'headers'],
    ['two signatures headers', { ...sign(body), 'Webhook-Signature': ['v1,a', 'v1,b'] }, body, 'headers'],
  ])('of %s is not', async (_, headers, text, because) => {
    const failed = await verifyWebhook(secret, headers, text, now).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(NotAuthentic)
    expect(failed).toMatchObject({ because })
  })
})

test('states of the widget are heard until one stops listening', () => {
  const page = new EventTarget() as Document
  const heard: string[][] = []
  const stop = onConsent(({ on }) => heard.push(on), page)
  const say = (on: string[]) => page.dispatchEvent(new CustomEvent('shouxin-consent', { detail: { on } }))
  say(['a'])
  stop()
  say(['b'])
  expect(heard).toEqual([['a']])
})
