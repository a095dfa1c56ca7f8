// What a person said, in the record: the matrix, its history, receipts, looking back, words taken down at the desk, and
// the counter. Customers of this test's own.
import type { Browser, Page } from '@playwright/test'
import { AxeBuilder } from '@axe-core/playwright'
import { call, makeCustomer } from './api'
import { accessible, as, choosePurpose, expect, test } from './console'
import { become } from './office'
import { FORM, makeSaid, SAID, say } from './said'

/** As `accessible`, of what is opened above the page: what lies behind it is half hidden. */
async function soundAbove(page: Page) {
  await expect(page.getByRole('dialog').last()).toBeVisible()
  const { violations } = await new AxeBuilder({ page })
    .include('[role=dialog]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n  ')}`)).toEqual([])
}

const matrix = (page: Page) => page.getByRole('table', { name: '同意矩阵' })

test('a purpose opens to its parts and ways of contact, each word with its notice and its proof', async ({ page }) => {
  await as(page, 'sysadmin')
  const subject = await makeSaid(page)
  await page.goto(`/console/records/${subject}`)
  const row = page.locator(SAID)
  await expect(row.locator('[data-here]')).toContainText('已同意')
  await expect(row.locator('[data-here]')).toContainText('2 处另有说法')
  await expect(row.getByRole('link', { name: /打开告知 .+ 第 \d+ 版/ })).toHaveAttribute('href', /^\/notices\/marketing\?version=\d+$/)
  await row.getByRole('button', { name: /^展开/ }).click()
  const grid = page.getByRole('table', { name: /信息 × 联系方式$/ })
  const cell = (part: string, column: number) => grid.getByRole('row', { name: part }).locator('td').nth(column).locator('[data-standing]')
  await expect(grid.getByRole('columnheader')).toHaveText(['信息', '任何方式', '电话'])
  await expect(cell('全部信息', 0)).toHaveAttribute('data-standing', 'given')
  await expect(cell('全部信息', 1)).toHaveAttribute('data-standing', 'refused')
  await expect(grid.locator('th[data-inner]')).toHaveCount(1)
  const birthday = grid.locator('tr', { has: page.locator('th[data-inner]') }).locator('[data-standing]')
  await expect(birthday.first()).toHaveAttribute('data-standing', 'refused')
  await expect(birthday.first()).not.toHaveAttribute('data-pale')
  // The collection around it follows the word about the whole.
  await expect(cell('客户', 0)).toHaveAttribute('data-pale')
  await expect(page.locator('.said-words li')).toHaveCount(3)
  await expect(page.locator('.said-words')).toContainText('呼叫中心（recording-0042）')
  await accessible(page)

  // Consent for one time: what it opens, and until when.
  const rescue = page.locator('[data-purpose="roadside-rescue"]')
  await expect(rescue).toContainText('一次性同意')
  await rescue.getByRole('button', { name: /^展开/ }).click()
  const single = page.locator('[data-purpose="roadside-rescue"] + .said-more .said-words')
  await expect(single).toContainText(/有效.*至/)
  await expect(single).toContainText(/打开：.*位置/)
  await rescue.getByRole('button', { name: /^收起/ }).click()

  // History, receipt, and how to check it.
  await page.locator('.said-foot').getByRole('button', { name: '历史与回执' }).click()
  const events = page.locator('.said-events > li')
  await expect(events).toHaveCount(3)
  await expect(events.last()).toContainText('柜台（sh-01）')
  await soundAbove(page)
  await events.first().getByRole('button', { name: '回执' }).click()
  const dialog = page.getByRole('dialog', { name: /第 3 次表示的回执/ })
  await expect(dialog).toContainText('最后一次允许的查看')
  await expect(dialog).toContainText('shouxin-verify receipt receipt-3.json --key ledger.keys')
  await soundAbove(page)
  for (const [button, name] of [
    ['下载（TS 27560）', 'receipt-3.json'],
    ['下载（Kantara）', 'receipt-3-kantara.json'],
  ] as const) {
    const saved = page.waitForEvent('download')
    await dialog.getByRole('button', { name: button }).click()
    expect((await saved).suggestedFilename()).toBe(name)
  }
  const opened = page.waitForEvent('popup')
  await dialog.getByRole('link', { name: /打印页/ }).click()
  const print = await opened
  await expect(print.getByRole('heading', { level: 1 })).toHaveText('同意回执')
  await expect(print.locator('dl')).toContainText('拒绝')
  await expect(print.locator('dl')).toContainText('纸质表单')
  await print.close()
})

test('looking back shows what was said by then, and that it is the past', async ({ page }) => {
  await as(page, 'sysadmin')
  const subject = await makeSaid(page)
  await page.goto(`/console/records/${subject}`)
  await expect(page.locator(SAID).locator('[data-here]')).toContainText('已同意')
  await page.getByRole('button', { name: '回看某一时刻' }).click()
  await page.getByLabel('回看的时刻').fill('2030-01-01T10:00')
  await page.getByRole('button', { name: '回看', exact: true }).click()
  await expect(page.getByText('请选择过去的时刻')).toBeVisible()
  const before = new Date(Date.now() - 7 * 86_400_000)
  await page.getByLabel('回看的时刻').fill(before.toISOString().slice(0, 16))
  await page.getByRole('button', { name: '回看', exact: true }).click()
  await expect(page.locator('.said-then')).toContainText('按当时有效的告知判断')
  await expect(page.locator(SAID).locator('[data-here]')).toContainText('未询问')
  await accessible(page)
  await page.getByRole('button', { name: '回到现在' }).click()
  await expect(page.locator(SAID).locator('[data-here]')).toContainText('已同意')
  await expect(page.locator('.said-then')).toHaveCount(0)
})

test('the officer takes a paper withdrawal down, with its scan, and opens the scan as a look', async ({ page }) => {
  await as(page, 'sysadmin')
  const subject = await makeSaid(page)
  await page.goto(`/console/records/${subject}`)
  await choosePurpose(page, '个人信息权利请求答复')
  await page.locator(SAID).getByRole('button', { name: /^展开/ }).click()
  await page.getByRole('button', { name: '登记客户的意思' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('地点或录音编号').fill('张三来店')
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await expect(dialog.getByText('只能含小写字母')).toBeVisible()
  await soundAbove(page)
  await dialog.getByLabel('地点或录音编号').fill('sh-03')
  await dialog.locator('input[type=file]').setInputFiles({ name: 'form.png', mimeType: 'image/png', buffer: Buffer.from(FORM, 'base64') })
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await expect(page.getByText('从下一次查看起不再允许')).toBeVisible()
  await expect(page.locator(SAID).locator('[data-here]')).toContainText('已撤回')
  // The word about the whole took the place of those about parts.
  await expect(page.locator('.said-words li')).toHaveCount(1)
  await page.getByRole('button', { name: '历史与回执' }).click()
  const newest = page.locator('.said-events > li').first()
  await expect(newest).toContainText('撤回同意')
  await expect(newest).toContainText(/SHA-256 [0-9a-f]{64}/)
  await newest.getByRole('button', { name: '打开证据' }).click()
  const look = page.getByRole('dialog', { name: '打开证据' })
  await look.getByRole('button', { name: '打开', exact: true }).click()
  await expect(look.getByRole('img', { name: '客户签署的表单' })).toBeVisible()
  await expect(look).toContainText('秒后关闭')
  await soundAbove(page)
})

test('one agreement given at the desk names the notice that was shown', async ({ page }) => {
  await as(page, 'sysadmin')
  const subject = await makeSaid(page)
  await say(page, subject, [{ purpose: 'marketing-contact', state: 'withdrawn', form: 'general' }])
  await page.goto(`/console/records/${subject}`)
  await page.locator(SAID).getByRole('button', { name: /^展开/ }).click()
  await page.getByRole('button', { name: '登记客户的意思' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: '同意', exact: true }).check()
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await expect(dialog.getByText('请选择当时出示的告知版本')).toBeVisible()
  await dialog.getByRole('combobox', { name: '当时出示的告知' }).click()
  await page.getByTitle(/第 \d+ 版（/).first().click()
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await expect(page.locator(SAID).locator('[data-here]')).toContainText('已同意')
})

async function phone(browser: Browser, dark = false) {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 700 },
    colorScheme: dark ? 'dark' : 'light',
    locale: dark ? 'en-GB' : 'zh-CN',
  })
  return context.newPage()
}

async function sound(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}

test('at the counter a customer answers on their own phone within a minute and takes the receipt', async ({ page, browser }) => {
  await as(page, 'sysadmin')
  const { subject, order } = await makeCustomer(page, '13812347001', 'WO-SAID-0001')
  await become(page, 'adviser')
  await page.goto(`/console/records/${subject}?order=${order}`)
  await expect(matrix(page).getByRole('row', { name: /营销与关怀/ }).locator('[data-here]')).toContainText('未询问')
  const began = Date.now()
  await page.getByRole('button', { name: '当面征求同意' }).click()
  const dialog = page.getByRole('dialog')
  await soundAbove(page)
  await dialog.getByRole('button', { name: '出示二维码' }).click()
  const code = dialog.getByRole('img', { name: '客户页面的二维码' })
  await expect(code).toBeVisible()
  expect((await code.boundingBox())?.width).toBeGreaterThanOrEqual(280)
  await expect(dialog.getByRole('status')).toContainText('等待客户作答')
  await soundAbove(page)
  const address = (await dialog.getByRole('link', { name: /在平板上打开/ }).getAttribute('href')) ?? ''
  const me = await phone(browser)
  await me.goto(new URL(address).pathname)
  for (const yes of await me.getByLabel('同意', { exact: true }).all()) await yes.check()
  await me.getByRole('button', { name: '提交' }).click()
  await expect(me.getByRole('heading', { level: 1 })).toHaveText('已记录您的选择')
  await expect(dialog.getByRole('status')).toContainText('客户已作答')
  expect(Date.now() - began).toBeLessThan(60_000)
  await expect(dialog.locator('.said-answers')).toContainText('营销')
  await soundAbove(page)
  await dialog.getByRole('button', { name: '完成' }).click()
  await expect(matrix(page).getByRole('row', { name: /营销与关怀/ }).locator('[data-here]')).toContainText('已同意')

  // The receipt, by the page's own address.
  await me.getByRole('link', { name: /^查看回执/ }).first().click()
  await expect(me.getByRole('heading', { level: 1 })).toHaveText('同意回执')
  await expect(me.locator('dl')).toContainText('柜台')
  const beyond = await me.evaluate(() => document.documentElement.scrollWidth - window.innerWidth).catch(() => 0)
  expect(beyond).toBeLessThanOrEqual(0)
  const receipt = me.url()
  await me.context().close()
  for (const dark of [false, true]) {
    // axe needs a script of its own to look at the page.
    const context = await browser.newContext({ viewport: { width: 320, height: 700 }, colorScheme: dark ? 'dark' : 'light' })
    const looked = await context.newPage()
    await looked.goto(receipt)
    await sound(looked)
    expect(await looked.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    await context.close()
  }
  // Nobody else's tests find the order.
  const closed = await call(page, 'PATCH', `/api/v1/subjects/${subject}/cases/${order}`, { status: 'closed' })
  expect(closed.status, JSON.stringify(closed.body)).toBe(200)
})
