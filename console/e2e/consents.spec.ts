// The consent centre: what customers say is counted within seconds, in numbers that point at nobody.
import type { Page } from '@playwright/test'
import { call, done, write } from './api'
import { accessible, as, expect, test } from './console'
import { become, fresh, shown } from './office'

const SUMMARY = '/api/v1/consents/summary'

/** Customers of this file alone, each with a word about a purpose. */
async function say(page: Page, from: number, to: number, state: 'given' | 'refused' | 'withdrawn', through: string) {
  await as(page, 'sysadmin')
  await fresh(page, 'sysadmin')
  const people: string[] = []
  for (let at = from; at < to; at += 1) {
    const { subject } = await write(page, 'customer', { name: '测试人', mobile: `1390555${String(at).padStart(4, '0')}` })
    people.push(subject)
  }
  await become(page, 'officer')
  await fresh(page, 'officer')
  const notice = await shown(page, 'marketing')
  for (const subject of people) {
    const body = { state, form: 'general', through, notice }
    await done(page, 'officer', 'PUT', `/api/v1/subjects/${subject}/consents/marketing-contact`, body)
  }
  return people
}

test('words are counted, chosen by purpose, kept in the address, and lead to the ledger', async ({ page }) => {
  const people = await say(page, 0, 12, 'given', 'counter')
  await page.goto('/console/consents')
  await expect(page.getByRole('heading', { name: '同意中心' })).toBeVisible()
  const now = page.getByRole('table', { name: '现在' })
  await expect(now.getByRole('row', { name: /营销与关怀/ })).toContainText('10')
  const picture = page.getByRole('slider', { name: '各用途现行同意的人数' })
  await expect(picture).toBeVisible()
  await accessible(page)

  // A purpose alone: its words are stacked, and the address says so.
  await now.getByRole('button', { name: '营销与关怀' }).click()
  await expect(page).toHaveURL(/purpose=marketing-contact/)
  const legend = page.locator('.stacked-legend')
  await expect(legend.getByText('撤回')).toBeVisible()
  await page.getByText('期间次数', { exact: true }).click()
  await expect(page).toHaveURL(/show=said/)
  await page.reload()
  const said = page.getByRole('slider', { name: '期间内作出的表示: 营销与关怀' })
  await expect(said).toBeVisible()

  // By keys: the day before, when this deployment was not there.
  await said.focus()
  await expect(said).toHaveAttribute('aria-valuetext', /同意 \d+ /)
  await page.keyboard.press('ArrowLeft')
  await expect(said).toHaveAttribute('aria-valuetext', /同意 0 /)
  await page.keyboard.press('End')

  // The twin says the same, and a day leads to its entries.
  await page.getByText('以表格查看').click()
  const twin = page.getByRole('table', { name: '以表格查看' })
  await expect(twin.getByRole('row')).toHaveCount(2)
  await accessible(page)
  const ways = page.getByRole('table', { name: '按渠道' })
  await expect(ways.getByRole('row', { name: /柜台/ })).toContainText('10')
  // Under the heading of the notice, not under its name.
  await expect(page.getByRole('table', { name: '按告知版本' }).getByText(/第 1 版/)).not.toContainText('marketing')
  await expect(page.getByRole('table', { name: '按证据等级' }).getByText('证据完整')).toBeVisible()
  // Nobody is named.
  const content = await page.content()
  for (const subject of people) expect(content).not.toContain(subject)
  expect(content).not.toContain('1390555')
})

test('a group under ten is not told, neither by the page nor by the server', async ({ page }) => {
  await say(page, 20, 23, 'refused', 'paper')
  const { body } = await call(page, 'GET', SUMMARY)
  const marketing = body.purposes.find(({ purpose }: { purpose: string }) => purpose === 'marketing-contact')
  const way = marketing.ways.find(({ through }: { through: string }) => through === 'paper')
  expect(way.said.refused).toBeNull()
  await page.goto('/console/consents?purpose=marketing-contact')
  const ways = page.getByRole('table', { name: '按渠道' })
  // Others may have said something on paper too, and few enough not to be told either.
  const paper = ways.getByRole('row', { name: /纸质/ })
  await expect(paper.getByRole('cell', { name: '<10', exact: true }).first()).toBeVisible()
  await expect(paper.getByRole('cell', { name: '3', exact: true })).toHaveCount(0)
})

test('whoever may read the ledger goes on from a day to its entries', async ({ page }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/consents')
  await page.getByRole('link', { name: '账本记录' }).click()
  await expect(page).toHaveURL(/\/ledger\?.*kind=consent/)
  await expect(page.getByRole('combobox', { name: '动作' }).or(page.locator('.ledger-filter')).first()).toBeVisible()
  await expect(page.locator('.ledger-found')).toContainText(/\d/)
})

test('whoever may not see it has neither entry nor answer', async ({ page }) => {
  await as(page, 'adviser')
  await expect(page.getByRole('menuitem', { name: '同意中心' })).toHaveCount(0)
  await expect(page.getByRole('menuitem', { name: '触达名单' })).toHaveCount(0)
  expect((await call(page, 'GET', SUMMARY)).body.code).toBe('operation-not-permitted')
})
