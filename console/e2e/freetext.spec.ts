import type { Page } from '@playwright/test'
import { accessible, as, expect, test } from './console'
import { tracesOf } from './traces'

const TEXT = '[data-field="work_order.fault_text"]'
const CHIP = `${TEXT} button.piece[data-kind="mobile"]`

/** Opens the first of the adviser's records in whose texts a telephone number was found. */
async function openText(page: Page) {
  for (let at = 0; ; at += 1) {
    await page.goto('/console/records')
    const rows = page.getByRole('button', { name: '打开档案' })
    await expect(rows.first()).toBeVisible()
    expect(at, 'no record of the adviser has a number in its texts').toBeLessThan(await rows.count())
    await rows.nth(at).click()
    await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
    if ((await page.locator(CHIP).count()) > 0) return
  }
}

async function reveal(page: Page) {
  await page.locator(CHIP).first().click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('故障描述中的手机号')
  await dialog.getByLabel('联系客户确认进度或取车时间').check()
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  const mark = page.locator(`${TEXT} .lent mark`).filter({ hasText: '手机号' }).first()
  await expect(mark).toBeVisible()
  return (await mark.innerText()).replace(/\D/g, '')
}

test('what a text holds stands in it as chips, and one kind is lent like a field', async ({ page }) => {
  await page.clock.install()
  await as(page, 'adviser')
  await openText(page)
  const chip = page.locator(CHIP).first()
  await expect(chip).toHaveAccessibleName(/手机号 1/)
  await expect(chip).toContainText(/1\d\d\*+\d{4}|\*+/)
  // The words around it are there, and no number as it was written.
  expect(await page.locator(TEXT).first().innerText()).not.toMatch(/1[3-9]\d{9}/)
  await accessible(page)

  const value = await reveal(page)
  expect(value).toMatch(/^1\d{10}$/)
  await accessible(page)
  // Other kinds stay what they were.
  await expect(page.locator(`${TEXT} .lent button.piece`)).toHaveCount(0)
  await page.clock.runFor(61_000)
  await expect(chip).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
})

test('a piece says in its dialog what it is of, and asks for a reason', async ({ page }) => {
  await as(page, 'adviser')
  await openText(page)
  await page.locator(CHIP).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  await expect(dialog.getByText('请选择理由')).toBeVisible()
  await dialog.getByRole('button', { name: '取消' }).click()
  await expect(page.locator(`${TEXT} .lent`)).toHaveCount(0)
})
