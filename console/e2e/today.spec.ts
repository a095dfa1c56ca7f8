import { done } from './api'
import { accessible, as, expect, test } from './console'

const REMEMBERED = 'shouxin.checkpoint'

test('what an emergency makes due stands with those who watch, and not with others', async ({ page }) => {
  await as(page, 'adviser')
  const { cases } = await done(page, 'adviser', 'GET', '/api/v1/cases?purpose=repair-contact&limit=1')
  const { subject } = cases[0]
  await done(page, 'adviser', 'POST', '/api/v1/emergencies', { subject, purpose: 'repair-contact', reason: 'brakes failed' })
  await page.goto('/console/today')
  const list = page.getByRole('table', { name: '全部待办' })
  await expect(list.getByText('我的紧急调阅待他人复核').first()).toBeVisible()
  await expect(list.getByText('我的临时授权到期：维修进度联系').first()).toBeVisible()
  // Others have the review: it is not the adviser's turn.
  await page.getByRole('button', { name: '只看该我办的' }).click()
  await expect(list.getByText('我的紧急调阅待他人复核')).toHaveCount(0)
  await expect(page.getByRole('heading', { name: '告警' })).toHaveCount(0)

  await page.context().clearCookies()
  await as(page, 'officer')
  await page.goto('/console/today')
  await expect(list.getByText('复核一次紧急调阅').first()).toBeVisible()
  await expect(list.getByText('告警待确认：有人紧急调阅').first()).toBeVisible()
  // By time left: the alarm's hour before the review's working days.
  const titles = await list.locator('.duty-link, .duty-title').allTextContents()
  expect(titles.indexOf('告警待确认：有人紧急调阅')).toBeLessThan(titles.indexOf('复核一次紧急调阅'))
  await expect(list).toContainText('3 个工作日')
  await expect(page.getByRole('heading', { name: '告警' })).toBeVisible()
  // Nobody is named, by name or by number.
  expect(await page.content()).not.toContain(subject)
  await expect(page.getByRole('menuitem', { name: /今日待办/ })).toContainText(/\d/)
  await accessible(page)
})

test('the keyboard walks the list and opens what is to be done', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/today')
  await expect(page.getByRole('table', { name: '全部待办' })).toBeVisible()
  const titles = await page.locator('.duty-link, .duty-title').allTextContents()
  const at = titles.findIndex((title) => title.startsWith('告警待确认'))
  for (let step = 0; step <= at; step++) await page.keyboard.press('j')
  await expect(page.locator('.row-chosen')).toContainText('告警待确认')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/console\/alarms$/)
})

test('the ribbon has fifteen days, and days of rest are called so', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/today')
  const days = page.locator('.ribbon-day')
  await expect(days).toHaveCount(15)
  await expect(days.first()).toContainText('今天')
  // In any fifteen days there is a weekend, and what is worked instead is said by another word.
  expect(await page.locator('.ribbon-rest').count()).toBeGreaterThan(1)
  await expect(page.locator('.ribbon-rest').first()).toContainText(/休|假/)
})

test('without a duty the next one is told', async ({ page }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/today')
  await expect(page.getByText('今天没有要办的事')).toBeVisible()
})

test('the ledger is verified in the browser: the first time, and that it only grew', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/today')
  const status = page.getByRole('button', { name: /账本已在本机核对/ })
  await expect(status).toBeVisible()
  await page.evaluate((place) => localStorage.removeItem(place), REMEMBERED)
  await page.reload()
  await status.click()
  await expect(page.getByText('这是此浏览器记住的第一个检查点')).toBeVisible()
  const kept = await page.evaluate((place) => JSON.parse(localStorage.getItem(place) ?? ''), REMEMBERED)
  expect(Object.keys(kept).sort()).toEqual(['key', 'origin', 'root', 'size'])
  // Something happens, and a checkpoint comes to cover it.
  await done(page, 'officer', 'POST', '/api/v1/ledger/verifications')
  await expect
    .poll(async () => Number((await (await page.request.get('/api/v1/ledger/checkpoint')).text()).split('\n')[1]))
    .toBeGreaterThan(kept.size)
  await page.reload()
  await status.click()
  await expect(page.getByText('只增不改')).toBeVisible()
})

test('an altered root is noticed and said in plain words', async ({ page }) => {
  await as(page, 'officer')
  await page.route('**/api/v1/ledger/checkpoint', async (route) => {
    const response = await route.fetch()
    const lines = (await response.text()).split('\n')
    const root = lines[2] ?? ''
    lines[2] = (root.startsWith('A') ? 'B' : 'A') + root.slice(1)
    await route.fulfill({ response, body: lines.join('\n') })
  })
  await page.goto('/console/today')
  const banner = page.getByRole('alert').filter({ hasText: '账本核对不通过' })
  await expect(banner).toContainText('检查点的签名不对')
  await expect(page.getByRole('button', { name: /账本已在本机核对/ })).toHaveCount(0)
  await accessible(page)
  await page.unroute('**/api/v1/ledger/checkpoint')
  await banner.getByRole('button', { name: '再核对一次' }).click()
  await expect(page.getByRole('button', { name: /账本已在本机核对/ })).toBeVisible()
})

test('a ledger that was shortened or rewritten behind valid signatures is noticed', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/today')
  const good = page.getByRole('button', { name: /账本已在本机核对/ })
  const banner = page.getByRole('alert').filter({ hasText: '账本核对不通过' })
  await expect(good).toBeVisible()
  const remember = (change: Record<string, unknown>) =>
    page.evaluate(
      ([place, change]) => localStorage.setItem(place, JSON.stringify({ ...JSON.parse(localStorage.getItem(place) ?? ''), ...change })),
      [REMEMBERED, change] as const,
    )
  const kept = await page.evaluate((place) => JSON.parse(localStorage.getItem(place) ?? ''), REMEMBERED)
  for (const [change, said] of [
    [{ size: kept.size + 1_000_000 }, '有记录不见了'],
    [{ root: '00'.repeat(32) }, /以前的记录被改过/],
    [{ origin: 'shouxin/00000000' }, '这是另一本账本'],
    [{ key: 'shouxin/x+00000000+AQ==' }, '签名用的密钥与此浏览器记住的不同'],
  ] as const) {
    await remember({ ...kept, ...change })
    await page.reload()
    await expect(banner).toContainText(said)
  }
  // Once somebody has found out why, the browser begins anew.
  await banner.getByRole('button', { name: '我已核实，重新记住' }).click()
  await expect(good).toBeVisible()
})

test('whoever may not ask for the proof still has the signature verified', async ({ page }) => {
  await as(page, 'sysadmin')
  await page.goto('/console/today')
  await expect(page.getByRole('button', { name: /账本已在本机核对/ })).toBeVisible()
  await expect(page.getByRole('table', { name: '全部待办' })).toContainText('进行一次备份')
})

test('Today fits a narrow screen', async ({ page }) => {
  await as(page, 'officer')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/console/today')
  await expect(page.getByRole('table', { name: '全部待办' })).toBeVisible()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
  await accessible(page)
})
