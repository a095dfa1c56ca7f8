// What happens in an office, done over the API where a test is about what comes of it.
import { expect, type Page } from '@playwright/test'
import { as } from './console'
import { code, persona } from './personas'

interface Said {
  status: number
  // What the API answers is looked at member by member.
  body: any
}

/** Another persona takes the page over. */
export async function become(page: Page, login: string) {
  await page.context().clearCookies()
  await as(page, login)
}

/** A call within the session of the page. */
export function call(page: Page, method: string, path: string, body?: unknown): Promise<Said> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const me = await (await fetch('/api/v1/me')).json()
      const headers: Record<string, string> = { 'X-CSRF-Token': me.person.csrf }
      if (body !== undefined) headers['Content-Type'] = 'application/json'
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(path, { method, headers, ...sent })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
    },
    { method, path, body },
  )
}

/** Shows the second factor again if it is older than the server takes. */
export async function fresh(page: Page, login: string) {
  const { body: me } = await call(page, 'GET', '/api/v1/me')
  const until = Date.parse(me.person.second_factor_until ?? '')
  if (until > Date.now() + 60_000) return
  const shown = await call(page, 'POST', '/api/v1/sessions/step-up', { code: await code(persona(login).totp) })
  expect(shown.status).toBe(200)
}

/** An export that waits for somebody else; gives its approval. */
export async function askExport(page: Page, reason: string): Promise<string> {
  const { status, body } = await call(page, 'POST', '/api/v1/exports', {
    purpose: 'rights-answer',
    collection: 'customer',
    fields: ['customer.name', 'customer.mobile'],
    clear: ['customer.mobile'],
    most_rows: 100,
    format: 'xlsx',
    reason,
  })
  expect(status).toBe(201)
  return body.approval.approval
}

/** Somebody that the adviser has an order with. */
export async function somebody(page: Page): Promise<string> {
  const { body } = await call(page, 'GET', '/api/v1/cases?purpose=repair-service')
  return body.cases[0].subject
}
