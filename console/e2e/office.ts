// What happens in an office, done over the API where a test is about what comes of it.
import { expect, type Page } from '@playwright/test'
import { call, stepUp } from './api'
import { as } from './console'

/** Another persona takes the page over. */
export async function become(page: Page, login: string) {
  await page.context().clearCookies()
  await as(page, login)
}

/** Shows the second factor again if it is older than the server takes. */
export async function fresh(page: Page, login: string) {
  const { body: me } = await call(page, 'GET', '/api/v1/me')
  const until = Date.parse(me.person.second_factor_until ?? '')
  if (until > Date.now() + 60_000) return
  await stepUp(page, login)
}

/** An export that waits for somebody else; gives its approval. */
export async function askExport(page: Page, reason: string, people?: string[]): Promise<string> {
  const { status, body } = await call(page, 'POST', '/api/v1/exports', {
    purpose: 'rights-answer',
    collection: 'customer',
    fields: ['customer.name', 'customer.mobile'],
    clear: ['customer.mobile'],
    most_rows: 100,
    ...(people ? { people } : {}),
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

/** The notice of this name that is in force, as one says that it was shown. */
export async function shown(page: Page, name: string) {
  const { body } = await call(page, 'GET', '/api/v1/notices')
  const inForce = (one: { name: string; state: string }) => one.name === name && one.state === 'in-force'
  const { version, hash } = body.notices.find(inForce)
  return { name, version, hash, language: 'zh' }
}
