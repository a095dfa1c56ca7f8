// The privacy centre, with and without JavaScript, on a phone: a customer of this test's own signs in with the code
// that the demo's outbox shows.
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import { call, makeCustomer } from './api'
import { as, expect, test } from './console'

/** A page of its own for the customer: another person, at another device. */
async function phone(browser: Browser, options: { script: boolean; width?: number; dark?: boolean; lang?: string }) {
  const context = await browser.newContext({
    javaScriptEnabled: options.script,
    viewport: { width: options.width ?? 390, height: 780 },
    colorScheme: options.dark ? 'dark' : 'light',
    locale: options.lang ?? 'zh-CN',
  })
  return context.newPage()
}

/** The newest code in the outbox, once it is another than before. */
async function newest(page: Page, to: string, before: string | undefined): Promise<string> {
  const outbox = await page.context().newPage()
  let code: string | undefined
  await expect(async () => {
    await outbox.goto('/me/outbox')
    code = await newestOf(outbox, to)
    expect(code).toBeDefined()
    expect(code).not.toBe(before)
  }).toPass({ timeout: 10_000 })
  await outbox.close()
  return code as string
}

async function newestOf(outbox: Page, to: string): Promise<string | undefined> {
  const message = outbox.locator('section', { hasText: to }).first()
  return (await message.count()) > 0 ? await message.locator('[data-code]').innerText() : undefined
}

async function signIn(page: Page, mobile: string) {
  await page.goto('/me')
  await page.getByLabel(/手机号或邮箱|Phone number or mailbox/).fill(mobile)
  await page.getByRole('button', { name: /发送验证码|Send the code/ }).click()
  await page.getByLabel(/6 位验证码|Six digits/).fill(await newest(page, mobile, undefined))
  await page.getByRole('button', { name: /^(登录|Sign in)$/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/由您作主|Your data, your say/)
}

/** Nothing that axe finds, nothing beyond the edge. */
async function sound(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(beyond).toBeLessThanOrEqual(0)
}

for (const script of [true, false]) {
  const way = script ? 'with' : 'without'
  test(`a customer ${way} JavaScript sees, reveals, refuses; the adviser is stopped; the look is told`, async ({
    page,
    browser,
  }) => {
    test.setTimeout(180_000)
    const mobile = script ? '13812349001' : '13812349002'
    await as(page, 'sysadmin')
    const { subject } = await makeCustomer(page, mobile, script ? 'WO-ME-0001' : 'WO-ME-0002')
    await page.context().clearCookies()
    await as(page, 'adviser')
    const read = () =>
      call(page, 'POST', `/api/v1/subjects/${subject}/reads`, { fields: ['customer.name'], purpose: 'marketing-contact' })

    const me = await phone(browser, { script })
    await signIn(me, mobile)
    await me.getByRole('link', { name: /^我的信息/ }).click()
    await me.getByRole('link', { name: '查看内容 客户', exact: true }).click()
    await expect(me.getByText('测试*').or(me.getByText('测**'))).toBeVisible()
    await expect(me.getByText(mobile)).toHaveCount(0)
    await me.getByRole('button', { name: '发送验证码,查看明文' }).click()
    await me.getByLabel('6 位验证码').fill(await newest(me, mobile, undefined))
    await me.getByRole('button', { name: '查看明文' }).click()
    await expect(me.getByText(mobile)).toBeVisible()
    // What was lent is not there at the next load.
    await me.getByRole('link', { name: '现在遮盖' }).click()
    await expect(me.getByText(mobile)).toHaveCount(0)

    await me.goto('/me/consents')
    await me.getByRole('button', { name: /^同意 营销|^同意 .*(营销|推荐|活动)/ }).first().click()
    await expect(me.locator('#marketing-contact')).toContainText('已同意')
    expect((await read()).status).toBe(200)
    await me.locator('#marketing-contact').getByRole('button', { name: /^不同意/ }).click()
    await expect(me.locator('#marketing-contact')).toContainText('不同意')
    const refused = await read()
    expect(refused.status).toBe(403)
    expect(refused.body.because[0].rule).toBe('consent-withdrawn')
    expect(refused.body.because[0].text).not.toBe('')

    // At once: the page is asked for right after the answer.
    await me.goto('/me/looks')
    const first = me.locator('.looks li').first()
    await expect(first).toContainText('服务顾问')
    await expect(first).toContainText('想查看,被拒绝')
    expect(await me.content()).not.toContain('stf_')
    await expect(async () => {
      await me.goto('/me/looks')
      await me.locator('.looks li').first().getByRole('link', { name: /凭证/ }).click()
      await expect(me.getByText('shouxin-verify proof')).toBeVisible({ timeout: 500 })
    }).toPass({ timeout: 10_000 })
    await me.getByRole('button', { name: '退出' }).click()
    await me.goto('/me/data')
    await expect(me).toHaveURL(/\/me$/)
    await me.context().close()
  })
}

/** Every page that is seen without a session, and with one. */
const OUTSIDE = ['/me', '/me/code', '/me/requests', '/me/officer', '/me/outbox', '/me/looks/1x']
const INSIDE = ['/me', '/me/data', '/me/data/customer', '/me/data/work_order', '/me/consents', '/me/consents/1/receipt', '/me/looks']

test('every page is sound in both themes, both languages, at 390 and 320 pixels', async ({ page, browser }) => {
  test.setTimeout(240_000)
  const mobile = '13812349003'
  await as(page, 'sysadmin')
  await makeCustomer(page, mobile, 'WO-ME-0003')
  const first = await phone(browser, { script: true })
  for (const at of OUTSIDE) {
    await first.goto(at)
    await sound(first)
  }
  await signIn(first, mobile)
  // Each word has its receipt at once, as a page and as a file.
  await first.goto('/me/consents')
  await first.getByRole('button', { name: /^同意 营销/ }).click()
  const said = first.locator('#marketing-contact')
  await expect(said.getByRole('status')).toContainText('已记录您的选择')
  await expect(said.getByRole('link', { name: /^下载回执文件/ })).toHaveAttribute('href', '/me/consents/1/receipt.json')
  await said.getByRole('link', { name: /^查看回执/ }).click()
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('同意回执')
  await expect(first.locator('dl')).toContainText('隐私中心')
  const state = await first.context().storageState()
  await first.context().close()
  for (const width of [390, 320]) {
    for (const dark of [false, true]) {
      const lang = dark ? 'en-GB' : 'zh-CN'
      const context = await browser.newContext({
        storageState: state,
        viewport: { width, height: 780 },
        colorScheme: dark ? 'dark' : 'light',
        locale: lang,
      })
      const me = await context.newPage()
      for (const at of INSIDE) {
        await me.goto(at)
        await sound(me)
      }
      await me.goto('/me/looks')
      await me.locator('.looks li').first().getByRole('link').click()
      await sound(me)
      if (process.env.SHOUXIN_PICTURES) {
        await me.goto('/me/consents')
        await me.screenshot({ path: `${process.env.SHOUXIN_PICTURES}/me-consents-${width}-${lang}.png`, fullPage: true })
      }
      await context.close()
    }
  }
})
