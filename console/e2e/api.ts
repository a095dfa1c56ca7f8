// The API as a page sees it: with the session of whoever is signed in there.
import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { code, persona } from './personas'

export interface Answer {
  status: number
  body: any // whatever the server says
}

/** Calls an operation from within the page; JSON in, JSON out. */
export function call(page: Page, method: string, path: string, body?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([method, path, body]) => {
      const me = await (await fetch('/api/v1/me')).json()
      const answer = await fetch(path as string, {
        method: method as string,
        headers: { 'X-CSRF-Token': me.person.csrf, ...(body ? { 'Content-Type': 'application/json' } : {}) },
        body: body ? JSON.stringify(body) : null,
      })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
    },
    [method, path, body] as const,
  )
}

/** What the API answers to somebody who may do this; shows the second factor where it is asked for. */
export async function done(page: Page, login: string, method: string, path: string, body?: unknown): Promise<any> {
  let answer = await call(page, method, path, body)
  if (answer.body?.code === 'second-factor-required') {
    await stepUp(page, login)
    answer = await call(page, method, path, body)
  }
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** Shows the second factor anew. */
export async function stepUp(page: Page, login: string) {
  const answer = await call(page, 'POST', '/api/v1/sessions/step-up', { code: await code(persona(login).totp) })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

/** Writes a record as the system administrator who is signed in; gives its subject and record. */
export async function write(page: Page, collection: string, values: Record<string, string>, subject?: string) {
  const body = { collection, values, ...(subject ? { subject } : {}) }
  const written = await done(page, 'sysadmin', 'POST', '/api/v1/records', body)
  return written as { subject: string; record: string }
}

/** Makes a customer with an open order of the adviser's; nobody else's tests know of them. */
export async function makeCustomer(page: Page, mobile: string, order: string, more: Record<string, string> = {}) {
  const { subject } = await write(page, 'customer', { name: '测试人', mobile, address: '上海市浦东新区测试路1号' })
  const values = {
    number: order, status: 'in-progress', assignee: 'adviser', site: 'SH01', region: 'east', service_type: 'repair',
    ...more,
  }
  const { record } = await write(page, 'work_order', values, subject)
  return { subject, order: record }
}
