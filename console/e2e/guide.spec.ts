// The first-run guide: home to administrators while it is not done, ticked by what the server found.
import { accessible, as, expect, openRecord, test } from './console'

test('the guide is the first page of an administrator, and can be put away and brought back', async ({ page }) => {
  await as(page, 'sysadmin')
  await expect(page).toHaveURL(/\/console\/guide$/)
  await expect(page.getByRole('heading', { name: '开始使用' })).toBeVisible()
  await expect(page.getByRole('heading', { name: '数据登记生效' })).toBeVisible()
  await accessible(page)
  await page.getByRole('button', { name: '不再作为首页' }).click()
  await expect(page).not.toHaveURL(/\/guide$/)
  await page.goto('/console/')
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
  await expect(page).not.toHaveURL(/\/guide$/)
  await page.goto('/console/guide')
  await page.getByRole('button', { name: '恢复为首页' }).click()
  await page.goto('/console/')
  await expect(page).toHaveURL(/\/guide$/)
})

test('a step ticks itself from evidence, and nobody can tick one by hand', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  await page.context().clearCookies()
  await as(page, 'officer')
  await page.goto('/console/guide')
  const step = (title: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) })
  await expect(step('第一次受保护的查阅')).toContainText(/账本第 [\d,]+ 条/)
  await expect(step('三员到位').getByRole('img', { name: '已完成' })).toBeVisible()
  // No backup was taken of this deployment.
  await expect(step('做一次备份')).toContainText('还没有')
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  // The ledger is verified: the step follows.
  await page.goto('/console/ledger')
  await page.getByRole('button', { name: '立即校验' }).click()
  await expect(page.getByText('账本完好')).toBeVisible()
  await page.goto('/console/guide')
  await expect(step('校验账本').getByRole('img', { name: '已完成' })).toBeVisible()
})
