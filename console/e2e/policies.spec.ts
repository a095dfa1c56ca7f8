// Policies: what is wrong with a text, its test cases, what earlier reads would have become, and a stricter change
// that comes into force and goes again with a second person's approval.
import type { Page } from '@playwright/test'
import { accessible, as, expect, openRecord, test } from './console'
import { code, persona } from './personas'

const SHUT = `
@id("e2e-no-wechat")
@reason_zh("试验：技术总监不看微信号。")
@reason_en("Trial: the director does not see WeChat ids.")
@changed_by("security-admin")
forbid (principal in Role::"technical-director", action, resource == Field::"customer.wechat");
`

const NO_MOBILE = SHUT.replace('technical-director', 'service-adviser').replace('customer.wechat', 'customer.mobile')

async function openPolicies(page: Page, login: string) {
  await as(page, login)
  await page.goto('/console/policies')
  await expect(page.getByRole('heading', { name: '访问策略' })).toBeVisible()
}

const text = (page: Page) => page.getByRole('textbox', { name: '策略文本' })

async function draft(page: Page, change: (text: string) => string) {
  const now = await text(page).inputValue()
  await text(page).fill(change(now))
  await page.getByRole('button', { name: '检查并预览' }).first().click()
}

/** Shows the second factor where it is asked for. */
async function stepUp(page: Page, login: string) {
  const dialog = page.getByRole('dialog', { name: '再次出示第二因素' })
  const shows = await dialog.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  )
  if (!shows) return
  await dialog.getByLabel('六位动态口令').fill(await code(persona(login).totp))
  await dialog.getByRole('button', { name: '确认' }).click()
}

test('findings stand at their lines, and what is typed is never markup', async ({ page }) => {
  await openPolicies(page, 'officer')
  await expect(page.getByText('这就是现行策略')).toBeVisible()
  await draft(page, (now) => `// <img src=x onerror="document.title='ran'">\n${now}`.replace('Field::"customer.mobile"', 'Field::"customer.mobil"'))
  await expect(page.getByText(/有 \d+ 处问题，不能生效/)).toBeVisible()
  await expect(page.getByText('登记册中没有字段 customer.mobil。').first()).toBeVisible()
  await expect(page.locator('.code-wrong').first()).toBeVisible()
  await expect(page.locator('.code img')).toHaveCount(0)
  expect(await page.title()).not.toBe('ran')
  await accessible(page)
  const place = page.getByRole('button', { name: /第 \d+ 行第 \d+ 列/ }).first()
  await place.click()
  await expect(text(page)).toBeFocused()
  await page.getByRole('button', { name: '还原为现行' }).click()
  await expect(page.getByText('这就是现行策略')).toBeVisible()
})

test('test cases are run, written into the text, and hold a change up', async ({ page }) => {
  await openPolicies(page, 'officer')
  const cases = page.getByRole('table', { name: '测试用例' })
  await expect(cases.getByText('成立', { exact: true }).first()).toBeVisible()
  const before = await cases.getByRole('row').count()
  await page.getByRole('button', { name: '添加用例' }).click()
  const dialog = page.getByRole('dialog')
  for (const [label, option] of [
    ['角色', '服务顾问'],
    ['用途', '维修保养服务'],
    ['应当', '明示'],
  ] as const) {
    await dialog.getByRole('combobox', { name: label, exact: true }).click()
    await page.getByTitle(option, { exact: true }).last().click()
  }
  await dialog.getByRole('combobox', { name: '字段' }).click()
  await page.keyboard.type('手机号')
  await page.keyboard.press('Enter')
  await accessible(page)
  await dialog.getByRole('button', { name: '写入文本' }).click()
  await expect(cases.getByRole('row')).toHaveCount(before + 1)
  await expect(page.getByText('1 个测试用例不成立，不能生效')).toBeVisible()
  await expect(cases.getByText('不成立')).toBeVisible()
  await accessible(page)
  await cases.getByRole('row', { name: /不成立/ }).getByRole('button', { name: '移除' }).click()
  await expect(page.getByText('这就是现行策略')).toBeVisible()
})

test('a change tells what earlier reads would have become', async ({ page }) => {
  await as(page, 'adviser')
  await openRecord(page)
  await page.context().clearCookies()
  await openPolicies(page, 'officer')
  await draft(page, (now) => `${now}${NO_MOBILE}`)
  await expect(page.getByText('此修改没有放宽任何内容')).toBeVisible()
  await expect(page.getByRole('heading', { name: '影响预览' })).toBeVisible()
  const row = page.getByRole('table', { name: '每一项变化' }).getByRole('row', { name: /服务顾问.*手机号/ })
  await expect(row.first()).toContainText('少看')
  await page.getByText('哪些重新计算，哪些没有').click()
  await expect(page.getByText('账号现在的角色、用途、字段，以及策略本身。')).toBeVisible()
  await page.getByText('与现行文本逐行对比').click()
  await expect(page.locator('.diff-new').first()).toBeVisible()
  await accessible(page)
  // The officer may look and not apply.
  await expect(page.getByRole('button', { name: '立即生效' })).toHaveCount(0)
})

test('a stricter change comes into force at once; taking it back needs somebody else', async ({ page }) => {
  await openPolicies(page, 'secadmin')
  await expect(page.getByText('这就是现行策略')).toBeVisible()
  const original = await text(page).inputValue()
  await draft(page, (now) => `${now}${SHUT}`)
  await page.getByRole('button', { name: '立即生效' }).click()
  await stepUp(page, 'secadmin')
  await expect(page.getByText(/第 \d+ 版已生效，账本第 \d+ 条/)).toBeVisible()
  await expect(page.getByText('这就是现行策略')).toBeVisible()
  const versions = page.getByRole('table', { name: '历次版本' })
  await versions.getByRole('button', { name: '看改动' }).first().click()
  await expect(page.locator('.diff-new').first()).toContainText('e2e-no-wechat', { timeout: 5_000 })

  await draft(page, () => original)
  await expect(page.getByText('此修改有所放宽')).toBeVisible()
  // Without an approval the server refuses, and says what to do.
  await page.getByRole('button', { name: '按已有批准生效' }).click()
  await stepUp(page, 'secadmin')
  await expect(page.getByRole('alert').filter({ hasText: '批准' })).toBeVisible()
  await page.getByRole('button', { name: '提请批准' }).first().click()
  const dialog = page.getByRole('dialog')
  await accessible(page)
  await dialog.getByLabel('理由').fill('试验结束，恢复原样')
  await dialog.getByRole('button', { name: '提请批准' }).click()
  await stepUp(page, 'secadmin')
  const asked = page.getByText('已提请，等待他人决定')
  await expect(asked).toBeVisible()
  const approval = await page.locator('code', { hasText: /^apr_/ }).innerText()

  await page.context().clearCookies()
  await as(page, 'officer')
  await approve(page, approval)
  await page.context().clearCookies()
  await openPolicies(page, 'secadmin')
  await draft(page, () => original)
  await page.getByRole('button', { name: '按已有批准生效' }).click()
  await stepUp(page, 'secadmin')
  await expect(page.getByText(/第 \d+ 版已生效，账本第 \d+ 条/)).toBeVisible()
  await expect(text(page)).toHaveValue(original)
})

/** Somebody else approves over the API, where the inbox is another screen. */
async function approve(page: Page, approval: string) {
  const totp = await code(persona('officer').totp)
  const status = await page.evaluate(
    async ([approval, code]) => {
      const me = await (await fetch('/api/v1/me')).json()
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': me.person.csrf }
      await fetch('/api/v1/sessions/step-up', { method: 'POST', headers, body: JSON.stringify({ code }) })
      const { digest } = await (await fetch(`/api/v1/approvals/${approval}`)).json()
      const body = JSON.stringify({ digest, decision: 'approve' })
      return (await fetch(`/api/v1/approvals/${approval}/decision`, { method: 'PUT', headers, body })).status
    },
    [approval, totp],
  )
  expect(status).toBe(200)
}
