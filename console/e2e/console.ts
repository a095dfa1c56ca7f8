// What the tests share: one session a persona, and a page on which any complaint of the browser is a failure.
import { AxeBuilder } from '@axe-core/playwright'
import { test as base, type BrowserContext, expect, type Page } from '@playwright/test'
import { code, persona } from './personas'

/** What antd tries and the content policy refuses: it measures scroll bars, and locks scrolling, by inline styles. */
const KNOWN = /Applying inline style violates .*style-src 'self'/

/** Collects what the browser complains about; a refused request that a test asks for is none. */
export function complaints(page: Page): string[] {
  const heard: string[] = []
  page.on('pageerror', (error) => heard.push(`${error}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = message.text()
    // The browser logs each answer of 4xx by itself.
    if (!KNOWN.test(text) && !text.startsWith('Failed to load resource')) heard.push(text)
  })
  return heard
}

const sessions = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>()

/** Signs in over the pages, as a person would. */
export async function signIn(page: Page, login: string) {
  const { password, totp } = persona(login)
  await page.goto('/console/')
  await page.getByLabel('账号').fill(login)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByLabel('六位动态口令').fill(await code(totp))
  await page.getByRole('button', { name: '确认' }).click()
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
}

/** A page in which the persona is signed in; the session is opened once and shared by all tests. */
export async function as(page: Page, login: string) {
  const kept = sessions.get(login)
  if (kept) {
    await page.context().addCookies(kept.cookies)
    await page.goto('/console/')
    await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
    return
  }
  await signIn(page, login)
  sessions.set(login, await page.context().storageState())
}

/** Opens the first open order of the adviser; gives the address of the record. */
export async function openRecord(page: Page): Promise<string> {
  await page.goto('/console/records')
  await page.getByRole('button', { name: '打开档案' }).first().click()
  await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
  return page.url()
}

/** No finding of WCAG 2.2 AA. */
export async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n  ')}`)
  expect(found).toEqual([])
}

/** The test of this suite: whatever the browser complained about fails it. */
export const test = base.extend<{ heard: string[] }>({
  heard: [
    async ({ page }, use) => {
      const heard = complaints(page)
      await use(heard)
      expect(heard).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
