import type { Page } from '@playwright/test'
import { makeCustomer } from './api'
import { accessible, expect, test } from './console'
import { become } from './office'
import { tracesOf } from './traces'

const TEXT = '[data-field="work_order.fault_text"]'
const CHIP = `${TEXT} button.piece[data-kind="mobile"]`

const WRITTEN = '发动机异响，请打13912345678找车主爱人，邮箱 a.b@example.com'

/** A customer with an open order of the adviser's, in whose text others stand; leaves the adviser at the record. */
async function openText(page: Page) {
  await become(page, 'sysadmin')
  const now = String(Date.now())
  const { subject } = await makeCustomer(page, `137${now.slice(-8)}`, `WO-T${now}`, { fault_text: WRITTEN })
  await become(page, 'adviser')
  await page.goto(`/console/records/${subject}`)
  await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
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
  await openText(page)
  await page.clock.install()
  await page.reload()
  const chip = page.locator(CHIP).first()
  await expect(chip).toHaveAccessibleName(/手机号 1/)
  await expect(chip).toContainText('139****5678')
  // The words around it are there. The purpose needs no e-mail address: of that nothing is shown, nor asked for.
  await expect(page.locator(TEXT)).toContainText('发动机异响，请打')
  const hidden = page.locator(`${TEXT} .piece[data-kind="email"]`)
  await expect(hidden).toHaveText('电子邮箱 1')
  await expect(hidden).not.toHaveRole('button')
  expect(await tracesOf(page, '13912345678')).toEqual([])
  expect(await tracesOf(page, 'a.b@example.com')).toEqual([])
  await accessible(page)

  const value = await reveal(page)
  expect(value).toBe('13912345678')
  await accessible(page)
  // Another kind stays what it was.
  await expect(page.locator(`${TEXT} .lent .piece[data-kind="email"]`)).toHaveText('电子邮箱 1')
  await page.clock.runFor(61_000)
  await expect(chip).toBeVisible()
  expect(await tracesOf(page, value)).toEqual([])
})

test('a piece says in its dialog what it is of, and asks for a reason', async ({ page }) => {
  await openText(page)
  await page.locator(CHIP).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  await expect(dialog.getByText('请选择理由')).toBeVisible()
  await dialog.getByRole('button', { name: '取消' }).click()
  await expect(page.locator(`${TEXT} .lent`)).toHaveCount(0)
})
