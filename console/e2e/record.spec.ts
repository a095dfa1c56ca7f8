import type { Page } from '@playwright/test'
import { accessible, as, expect, openRecord, test } from './console'

const MOBILE = '[data-field="customer.mobile"]'

async function reveal(page: Page) {
  await page.locator(MOBILE).getByRole('button', { name: '申请查看' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('联系客户确认进度或取车时间').check()
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  const value = page.locator(`${MOBILE} .lent-value`)
  await expect(value).toHaveText(/^1\d{10}$/)
  return value.innerText()
}

/** Whether a value stands anywhere that outlives a look: page, storage, caches, history. */
async function isAnywhere(page: Page, value: string): Promise<boolean> {
  const kept = await page.evaluate(async () => {
    const caches = await window.caches.keys()
    const bases = await window.indexedDB.databases()
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href, caches, bases])
  })
  return (await page.content()).includes(value) || kept.includes(value)
}

test('a field is lent for sixty seconds and nowhere before or after', async ({ page }) => {
  await page.clock.install()
  await as(page, 'adviser')
  const answers: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/reads')) answers.push(await response.text())
  })
  await openRecord(page)
  await expect(page.locator(`${MOBILE} .masked`)).toHaveText(/^1\d\d\*+\d{4}$/)
  await expect.poll(() => answers.length).toBe(1)

  await page.locator(MOBILE).getByRole('button', { name: '申请查看' }).click()
  const dialog = page.getByRole('dialog')
  await accessible(page)
  // Without a reason nothing is asked for.
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  await expect(dialog.getByText('请选择理由')).toBeVisible()
  expect(answers).toHaveLength(1)
  await dialog.getByRole('button', { name: '取消' }).click()

  const value = await reveal(page)
  // What the server sent for the masked record did not hold it.
  expect(answers[0]).not.toContain(value)
  await accessible(page)
  await expect(page.getByText(/秒后遮盖/)).toBeVisible()
  await page.clock.runFor(30_000)
  expect(await isAnywhere(page, value)).toBe(true)
  await page.clock.runFor(31_000)
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await isAnywhere(page, value)).toBe(false)
})

test('printing and leaving the tab end the loan at once', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  const value = await reveal(page)
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await isAnywhere(page, value)).toBe(false)

  await reveal(page)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await isAnywhere(page, value)).toBe(false)
})

test('every masked field says why, and why it is held', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  await page.locator(MOBILE).getByRole('button', { name: '为什么' }).click()
  await expect(page.getByText('谁可以改变').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.locator(MOBILE).getByRole('button', { name: '手机号' }).click()
  await expect(page.getByText('保存期限')).toBeVisible()
  await accessible(page)
})

test('the search finds a full number, and tells nothing about any other', async ({ page }) => {
  await as(page, 'adviser')
  const record = await openRecord(page)
  const value = await reveal(page)
  await page.goto('/console/records')
  const box = page.getByRole('textbox', { name: '精确查找' })
  await box.fill(value)
  await box.press('Enter')
  await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
  expect(new URL(page.url()).pathname).toBe(new URL(record).pathname)
  expect(page.url()).not.toContain(value)

  await box.fill('19900000000')
  await box.press('Enter')
  await expect(page.getByText('这个号码下没有您可以查看的档案')).toBeVisible()
  await box.fill('张三')
  await box.press('Enter')
  await expect(page.getByText(/看不出这是哪种号码/)).toBeVisible()
})

test('a refusal names its reason, who can change it, and its entry', async ({ page }) => {
  await as(page, 'officer')
  // The officer has no order with this customer and names a purpose that is not theirs: the server refuses.
  await page.goto('/console/records/sub_06fs8k0000000000000000000g')
  await expect(page.getByRole('alert')).toBeVisible()
  await accessible(page)
})
