import { readFileSync } from 'node:fs'
import { accessible, as, expect, test } from './console'

test('every entry is hashed in the browser, and the server examines itself', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/ledger')
  await page.getByRole('button', { name: '立即校验' }).click()
  const steps = page.locator('.step')
  await expect(page.getByText('账本完好')).toBeVisible()
  await expect(steps).toHaveCount(3)
  for (const step of await steps.all()) await expect(step).toContainText('通过')
  await accessible(page)
})

test('one altered entry is noticed by the browser, whatever the server says', async ({ page }) => {
  await as(page, 'officer')
  await page.route('**/api/v1/ledger/tile/entries/**', async (route) => {
    const response = await route.fetch()
    const body = await response.body()
    // One letter of the last entry of the bundle.
    body[body.length - 3] = (body[body.length - 3] ?? 0) ^ 1
    await route.fulfill({ response, body })
  })
  await page.goto('/console/ledger')
  await page.getByRole('button', { name: '立即校验' }).click()
  await expect(page.getByRole('alert').filter({ hasText: '账本有问题' })).toContainText('有记录被改动、增加或删去')
})

test('an entry is proven to the signed root, as a picture and as a table', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/ledger')
  const rows = page.locator('.windowed-row')
  await rows.last().click()
  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('已证明：这一条在签名的账本里，没有被改动')).toBeVisible()
  await expect(drawer.getByRole('img', { name: /层；同样的内容见下表/ })).toBeVisible()
  const levels = await drawer.locator('.path-beside').count()
  // Its own hash and the root besides.
  await expect(drawer.getByRole('table', { name: '证明路径的表格' }).locator('tbody tr')).toHaveCount(levels + 2)
  await accessible(page)
  const download = page.waitForEvent('download')
  await drawer.getByRole('button', { name: '下载证明文件' }).click()
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
  expect(file['shouxin-ledger-proof']).toBe(1)
  expect(file.path).toHaveLength(levels)
})

test('an entry has an address of its own', async ({ page }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/ledger?entry=0')
  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('已证明：这一条在签名的账本里，没有被改动')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await expect(page).toHaveURL(/ledger$/)
})

test('a proof of another entry than the one shown proves nothing', async ({ page }) => {
  await as(page, 'officer')
  await page.route('**/api/v1/ledger/entries/*/proof', async (route) => {
    const index = Number(/entries\/(\d+)\/proof/.exec(route.request().url())?.[1])
    await route.continue({ url: route.request().url().replace(`/${index}/`, `/${index - 1}/`) })
  })
  await page.goto('/console/ledger')
  await page.locator('.windowed-row').nth(5).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(/证明不成立|与被证明的内容不同/)
})

test('entries are filtered by act, role, time and pseudonym', async ({ page }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/ledger')
  const rows = page.locator('.windowed-row')
  await expect(rows.first()).toBeVisible()
  const choose = async (label: string, option: string) => {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByTitle(option, { exact: true }).click()
  }
  await choose('动作', '登录')
  await expect(page.getByText(/^找到 [1-9]\d* 条/)).toBeVisible()
  for (const row of await rows.all()) await expect(row).toContainText('登录')
  await page.getByRole('button', { name: '清除筛选' }).click()
  await choose('按现在担任的角色筛选', '个人信息保护负责人')
  await expect(page.getByText(/^找到 [1-9]\d* 条/)).toBeVisible()
  await expect(rows.first()).toContainText('stf_')
  await page.getByRole('button', { name: '清除筛选' }).click()
  await page.getByLabel('早于', { exact: true }).fill('2020-01-01T00:00')
  await expect(page.getByText('没有这样的记录')).toBeVisible()
  await page.getByRole('button', { name: '清除筛选' }).click()
  await page.getByRole('textbox', { name: /客户假名/ }).fill('someone')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('22 个字母')
})

test('new entries appear by themselves, and whoever reads further down stays there', async ({ page, browser }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/ledger')
  const lead = page.locator('.page-lead')
  await expect(lead).toContainText('条')
  const before = await lead.textContent()
  const box = page.locator('.windowed')
  await box.evaluate((element) => element.scrollTo({ top: 760 }))
  await page.waitForTimeout(300)
  const seen = await page.locator('.windowed-row').nth(15).textContent()
  const other = await browser.newContext()
  const response = await other.request.post('/api/v1/sessions', { data: { login: 'nobody-here', password: 'x'.repeat(20) } })
  expect(response.status()).toBe(401)
  await other.close()
  await expect(lead).not.toHaveText(before ?? '', { timeout: 15_000 })
  await expect(page.locator('.windowed-row').filter({ hasText: (seen ?? '').slice(0, 12) }).first()).toBeVisible()
})

test('a hundred thousand entries scroll, with few of them in the page', async ({ page }) => {
  await as(page, 'auditadmin')
  const size = 100_000
  const start = Date.parse('2026-01-01T00:00:00Z')
  await page.route('**/api/v1/ledger/entries?**', async (route) => {
    const query = new URL(route.request().url()).searchParams
    const [from, to] = query.has('from') ? [Number(query.get('from')), Number(query.get('to'))] : [size - 1, size - 1]
    const entries = Array.from({ length: Math.min(to, size - 1) - from + 1 }, (_, offset) => ({
      index: from + offset,
      at: new Date(start + (from + offset) * 1000).toISOString(),
      kind: 'read', title: '查阅', actor: 'operator', register_version: 1, policy_version: 1, second_factor: false,
    }))
    await route.fulfill({ json: { entries, size } })
  })
  await page.goto('/console/ledger')
  await expect(page.locator('.page-lead')).toContainText('100,000')
  await expect(page.getByRole('table', { name: '审计账本' })).toHaveAttribute('aria-rowcount', '100001')
  const box = page.locator('.windowed')
  // Frames while the whole list is scrolled through.
  const { frames, longest } = await box.evaluate(
    (element) =>
      new Promise<{ frames: number; longest: number }>((resolve) => {
        const times: number[] = []
        const steps = 120
        const step = (time: number) => {
          times.push(time)
          element.scrollTop = (element.scrollHeight * times.length) / steps
          if (times.length < steps) requestAnimationFrame(step)
          else {
            const gaps = times.slice(1).map((one, at) => one - (times[at] ?? one))
            resolve({ frames: times.length, longest: Math.max(...gaps) })
          }
        }
        requestAnimationFrame(step)
      }),
  )
  expect(frames).toBe(120)
  // A machine that is busy elsewhere misses some; a list without a window would stand still for seconds.
  expect(longest).toBeLessThan(500)
  expect(await page.locator('.windowed-row').count()).toBeLessThan(80)
  await box.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
  await expect(page.locator('.windowed-row').last()).toContainText('查阅')
  await expect(page.locator('.windowed-row').last().locator('code').first()).toHaveText('0')
  await page.keyboard.press('j')
  await expect(page.locator('.row-chosen code').first()).toHaveText('99999')
})

test('the ledger is exported, with the command that verifies it', async ({ page }) => {
  await as(page, 'auditadmin')
  await page.goto('/console/ledger')
  await expect(page.getByText('shouxin-verify export ledger.ndjson --key ledger.keys')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出账本' }).click()
  const path = await Promise.race([
    download.then((file) => file.path()),
    page.getByLabel('六位动态口令').waitFor({ timeout: 5_000 }).then(() => null, () => download.then((file) => file.path())),
  ])
  const file = path ?? (await stepped(page, download))
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines[0]).toContain('"shouxin-ledger-export":1')
  expect(lines.at(-1)).toContain('"end"')
})

async function stepped(page: import('@playwright/test').Page, download: Promise<import('@playwright/test').Download>) {
  const { code, persona } = await import('./personas')
  await page.getByLabel('六位动态口令').fill(await code(persona('auditadmin').totp))
  await page.getByRole('button', { name: '确认' }).click()
  return (await download).path()
}
