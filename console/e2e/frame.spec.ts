import { accessible, as, expect, openRecord, test } from './console'

test('the navigation is what the person may do', async ({ page }) => {
  await as(page, 'adviser')
  const navigation = page.getByRole('navigation', { name: '主导航' })
  await expect(navigation.getByRole('menuitem')).toHaveText([
    /^今日待办/,
    '客户档案',
    '访问解释',
    '告知',
    '数据登记',
    '审批收件箱',
    '查阅额度',
    '我的账号',
  ])
  await page.context().clearCookies()
  await as(page, 'auditadmin')
  await expect(navigation.getByRole('menuitem')).toHaveText([
    /^今日待办/,
    '访问解释',
    '同意中心',
    '告知',
    '数据地图',
    '数据发现',
    '数据登记',
    '下游系统',
    '审批收件箱',
    '审计账本',
    '识别质检',
    '开始使用',
    '人员与权限',
    '接口密钥',
    '访问策略',
    '密钥',
    '我的账号',
  ])
})

test('the keyboard alone opens a record', async ({ page }) => {
  await as(page, 'adviser')
  await page.goto('/console/account')
  await expect(page.getByRole('heading', { name: '我的账号' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: '输入命令名称' })).toBeFocused()
  await page.keyboard.type('客户档案')
  await accessible(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '我的工单' }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: '打开档案' }).first()).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.locator('.row-chosen')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '个人信息' })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('textbox', { name: '精确查找' })).toBeFocused()
})

test('a change of purpose is another look', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  await page.getByRole('button', { name: /当前用途/ }).click()
  await page.getByRole('menuitem', { name: '维修进度联系' }).click()
  await expect(page.locator('.banner')).toContainText('维修进度联系')
})

test('the ledger is verified', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/ledger')
  await page.getByRole('button', { name: '立即校验' }).click()
  await expect(page.getByText('账本完好')).toBeVisible()
})

test('a narrow screen has everything and does not scroll sideways', async ({ page }) => {
  await as(page, 'adviser')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/console/records')
  await page.getByRole('button', { name: '打开菜单' }).click()
  await expect(page.getByRole('menuitem', { name: '数据登记' })).toBeVisible()
  await accessible(page)
  await page.keyboard.press('Escape')
  await openRecord(page)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
})

test('nothing is inline, and what has a digest in its name is kept', async ({ request, page }) => {
  const home = await request.get('/console/')
  expect(home.headers()['content-security-policy']).toContain("script-src 'self'; style-src 'self'")
  expect(home.headers()['cache-control']).toBe('no-store')
  const html = await home.text()
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/)
  await page.goto('/console/')
  const script = await page.locator('script[src]').first().getAttribute('src')
  const answer = await request.get(script ?? '')
  expect(answer.headers()['cache-control']).toContain('immutable')
  expect(answer.headers()['content-encoding']).toBe('br')
  expect((await request.get('/console/assets/none.js')).status()).toBe(404)
  expect((await request.post('/console/')).status()).toBe(405)
})
