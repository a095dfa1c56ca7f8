import type { Page } from '@playwright/test'
import { accessible, as, expect, openRecord, test } from './console'
import { tracesOf } from './traces'

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

test('a field is lent for sixty seconds and nowhere before or after', async ({ page }) => {
  await page.clock.install()
  await as(page, 'adviser')
  const answers: string[] = []
  page.on('response', async (response) => {
    if (!response.url().includes('/api/')) return
    // What the browser may keep, it keeps beyond the loan.
    expect(response.headers()['cache-control'], response.url()).toBe('no-store')
    answers.push(await response.text().catch(() => ''))
  })
  const record = await openRecord(page)
  await expect(page.locator(`${MOBILE} .masked`)).toHaveText(/^1\d\d\*+\d{4}$/)
  await expect(page.getByRole('heading', { name: '同意矩阵' })).toBeVisible()

  await page.locator(MOBILE).getByRole('button', { name: '申请查看' }).click()
  const dialog = page.getByRole('dialog')
  await accessible(page)
  // Without a reason nothing is asked for.
  const asked = answers.length
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  await expect(dialog.getByText('请选择理由')).toBeVisible()
  expect(answers).toHaveLength(asked)
  await dialog.getByRole('button', { name: '取消' }).click()

  const before = answers.length
  const value = await reveal(page)
  // Nothing that the server sent until then held it.
  expect(before).toBeGreaterThan(3)
  for (const answer of answers.slice(0, before)) expect(answer).not.toContain(value)
  await accessible(page)
  await expect(page.getByText(/秒后遮盖/)).toBeVisible()
  // While it is lent it stands in the page, and there alone.
  expect(await tracesOf(page, value)).toEqual(['dom', 'serialized'])
  await expect(page.locator(`${MOBILE} .watermark`)).toHaveText(/^服务顾问 · .+ · [0-9a-z]{6}$/)
  await page.clock.runFor(30_000)
  expect(await tracesOf(page, value)).toEqual(['dom', 'serialized'])
  await page.clock.runFor(31_000)
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
  // Nor does it come back with the page.
  await page.reload()
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
  await page.goBack()
  await page.goto(record)
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
})

test('the search for traces finds what is left behind', async ({ page }) => {
  await as(page, 'adviser')
  const value = '13700000000'
  const places: [string, () => Promise<unknown>][] = [
    ['dom', () => page.evaluate((value) => document.body.setAttribute('data-left', value), value)],
    ['local', () => page.evaluate((value) => localStorage.setItem('left', value), value)],
    ['session', () => page.evaluate((value) => sessionStorage.setItem('left', value), value)],
    ['cached', () => page.evaluate(async (value) => (await caches.open('left')).put('/left', new Response(value)), value)],
    ['address', () => page.evaluate((value) => history.replaceState({ left: value }, ''), value)],
    [
      'indexed',
      () =>
        page.evaluate(
          (value) =>
            new Promise<void>((resolve, reject) => {
              const open = indexedDB.open('left')
              open.onupgradeneeded = () => open.result.createObjectStore('left').put({ value }, 1)
              open.onerror = () => reject(open.error)
              open.onsuccess = () => {
                open.result.close()
                resolve()
              }
            }),
          value,
        ),
    ],
  ]
  expect(await tracesOf(page, value)).toEqual([])
  for (const [place, leave] of places) {
    await leave()
    expect(await tracesOf(page, value), place).toContain(place)
  }
})

test('printing and leaving the tab end the loan at once', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  const value = await reveal(page)
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])

  await reveal(page)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect(page.locator(`${MOBILE} .masked`)).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
})

test('every masked field says why, and why it is held', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  await page.locator(MOBILE).getByRole('button', { name: '为什么' }).click()
  const why = page.getByRole('tooltip')
  await expect(why.getByText('谁可以改变')).toBeVisible()
  await expect(why.locator('[aria-current="step"]')).toContainText('策略')
  await page.keyboard.press('Escape')
  await page.locator(MOBILE).getByRole('button', { name: '手机号', exact: true }).click()
  await expect(page.getByText('自最后一次服务起 3 年')).toBeVisible()
  await expect(page.getByRole('tooltip').getByText('个人信息权利请求答复')).toBeVisible()
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

  await page.goto('/console/records')
  const number = await page.locator('.row-link').first().innerText()
  await box.fill(number)
  await box.press('Enter')
  await expect(page.locator('.card[data-record]').filter({ hasText: number })).toContainText('本次打开的')
  await box.fill(`${number}0`)
  await box.press('Enter')
  await expect(page.getByText('这个号码下没有您可以查看的档案')).toBeVisible()

  await box.fill('19900000000')
  await box.press('Enter')
  await expect(page.getByText('这个号码下没有您可以查看的档案')).toBeVisible()
  await box.fill('张三')
  await box.press('Enter')
  await expect(page.getByText(/看不出这是哪种号码/)).toBeVisible()
})
