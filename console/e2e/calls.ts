// Calls of the API by the person of a page: what a test needs to be there and other screens make.
import type { Page } from '@playwright/test'
import { expect } from './console'
import { code, persona } from './personas'

/** What the API answers; shows the second factor where it is asked for. */
export async function call(page: Page, login: string, method: string, path: string, body?: unknown): Promise<any> {
  const first = await attempt(page, method, path, body)
  if (first.body?.code !== 'second-factor-required') return succeeded(first)
  const shown = { code: await code(persona(login).totp) }
  succeeded(await attempt(page, 'POST', '/api/v1/sessions/step-up', shown))
  return succeeded(await attempt(page, method, path, body))
}

function succeeded({ status, body }: { status: number; body: any }) {
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body
}

const attempt = (page: Page, method: string, path: string, body: unknown) =>
  page.evaluate(
    async ([method, path, body]) => {
      const me = await (await fetch('/api/v1/me')).json()
      const headers = { 'X-CSRF-Token': me.person.csrf, 'Content-Type': 'application/json' }
      const init = method === 'GET' ? {} : { headers, body: body === undefined ? null : JSON.stringify(body) }
      const response = await fetch(path, { method, ...init })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    },
    [method, path, body] as const,
  )
