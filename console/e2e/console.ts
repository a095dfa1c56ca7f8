// What the tests share: one session a persona, and a page on which any complaint of the browser is a failure.
import { AxeBuilder } from '@axe-core/playwright'
import { test as base, type BrowserContext, expect, type Page } from '@playwright/test'
import { code, persona } from './personas'

/** The two inline styles that antd tries: it measures scroll bars, and locks scrolling behind a dialog. */
const TRIED = [
  /^#rc-scrollbar-measure-[\w-]+::-webkit-scrollbar \{[^{}]*\}$/,
  /^html body \{\s*overflow-y: hidden;\s*(width: calc\(100% - [\d.]+px\);)?\s*\}$/,
]
const REFUSED =
  /^Applying inline style violates the following Content Security Policy directive 'style-src 'self''\. Either the 'unsafe-inline' keyword, a hash \('sha256-[\w+/=]+'\), or a nonce \('nonce-\.\.\.'\) is required to enable inline execution\. The action has been blocked\./

/** What the browser logs by itself: an answer of 4xx, and that it kept no answer when asked for what it kept. */
const LOGGED = /^Failed to load resource: (the server responded with a status of 4\d\d \(.*\)|net::ERR_CACHE_MISS)$/

/** Collects what the browser complains about; a refused request that a test asks for is none. */
export async function complaints(page: Page): Promise<string[]> {
  const heard: string[] = []
  page.on('pageerror', (error) => heard.push(`${error}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = message.text()
    // A refused style is judged below, by what it says.
    if (!REFUSED.test(text) && !LOGGED.test(text)) heard.push(text)
  })
  // Whatever is put into the page as a style is heard of, and is one of the two or a complaint.
  await page.exposeFunction('styleWasTried', (text: string) => {
    if (text.trim() !== '' && !TRIED.some((known) => known.test(text.trim()))) heard.push(`an inline style: ${text}`)
  })
  await page.addInitScript(() => {
    const told = window as unknown as { styleWasTried?: (text: string) => void }
    const look = (node: Node) => {
      if (node instanceof HTMLStyleElement) told.styleWasTried?.(node.textContent ?? '')
      else if (node instanceof Element) for (const inner of node.querySelectorAll('style')) look(inner)
    }
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        // Put in empty and filled later.
        if (target instanceof HTMLStyleElement) look(target)
        else addedNodes.forEach(look)
      }
    }).observe(document, { childList: true, subtree: true })
  })
  return heard
}

interface Kept {
  state: Awaited<ReturnType<BrowserContext['storageState']>>
  since: number
}

const sessions = new Map<string, Kept>()

/** A second factor counts for ten minutes: a session is shared while tests may still count on it. */
const FRESH = 7 * 60_000

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

/** A page in which the persona is signed in with a fresh second factor; tests share the session. */
export async function as(page: Page, login: string) {
  const kept = sessions.get(login)
  if (kept && Date.now() - kept.since < FRESH) {
    await page.context().addCookies(kept.state.cookies)
    await page.goto('/console/')
    await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
    return
  }
  const since = Date.now()
  await signIn(page, login)
  sessions.set(login, { state: await page.context().storageState(), since })
}

/** Opens the first open order of the adviser; gives the address of the record. */
export async function openRecord(page: Page): Promise<string> {
  await page.goto('/console/records')
  await page.getByRole('button', { name: '打开档案' }).first().click()
  await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
  return page.url()
}

/** Takes another purpose; it counts until the page is loaded anew. */
export async function choosePurpose(page: Page, title: string) {
  const chip = page.getByRole('button', { name: /当前用途/ })
  await chip.click()
  await page.getByRole('menuitem', { name: title }).click()
  await expect(chip).toContainText(title)
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
      const heard = await complaints(page)
      await use(heard)
      expect(heard).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
