// Downstream systems: registered, tried, behind while their endpoint is away, and caught up once it answers.
import { createServer } from 'node:http'
import type { Page } from '@playwright/test'
import { done, write } from './api'
import { accessible, as, expect, test } from './console'
import { become, fresh } from './office'
import { code, persona } from './personas'

/** An endpoint at the port that the settings allow. */
async function receiver() {
  const heard: string[] = []
  let status = 204
  const server = createServer((request, response) => {
    request.on('data', () => undefined)
    request.on('end', () => {
      heard.push(`${request.headers['webhook-id']}`)
      response.statusCode = status
      response.end()
    })
  })
  const port = Number(process.env.SHOUXIN_HOST_PORT ?? 8099)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    answers: (next: number) => {
      status = next
    },
    stop: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  }
}

/** Shows the second factor if it is asked for. */
async function stepUpIfAsked(page: Page, login: string, next: () => Promise<boolean>) {
  const field = page.getByLabel('六位动态口令')
  await expect(async () => expect((await field.isVisible()) || (await next())).toBe(true)).toPass()
  if (!(await field.isVisible())) return
  await field.fill(await code(persona(login).totp))
  await page.getByRole('button', { name: '确认', exact: true }).click()
}

test('the first system is explained, registered, tried, falls behind and catches up', async ({ page }) => {
  const other = await receiver()
  try {
    await as(page, 'sysadmin')
    await fresh(page, 'sysadmin')
    await page.goto('/console/downstreams')
    await expect(page.getByText('尚未登记任何下游系统')).toBeVisible()
    await accessible(page)
    await page.getByRole('button', { name: '登记系统' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: '名称' }).fill('CRM')
    await dialog.getByRole('textbox', { name: '地址' }).fill('https://elsewhere.example.com/hook')
    await dialog.getByRole('combobox', { name: '用途' }).click()
    await page.getByTitle('营销与关怀').click()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: '登记', exact: true }).click()
    await expect(dialog.getByText('以小写字母开头，只含小写字母')).toBeVisible()
    await dialog.getByRole('textbox', { name: '名称' }).fill('crm')
    await dialog.getByRole('button', { name: '登记', exact: true }).click()
    // An address that the settings do not allow: refused, and said where.
    await expect(dialog.getByRole('alert').filter({ hasText: 'target' })).toBeVisible()
    await accessible(page)
    await dialog.getByRole('textbox', { name: '地址' }).fill(other.url)
    await dialog.getByRole('button', { name: '登记', exact: true }).click()
    const secret = page.getByRole('textbox', { name: '签名密钥' })
    await expect(secret).toHaveText(/^whsec_/)
    const text = (await secret.textContent()) ?? ''
    await page.getByRole('checkbox', { name: '我已妥善保存或转交' }).check()
    await page.getByRole('button', { name: '完成' }).click()
    // Shown once.
    expect(await page.content()).not.toContain(text)

    const table = page.getByRole('table', { name: '全部系统' })
    const row = table.getByRole('row', { name: /crm/ })
    await expect(row).toContainText('已跟上')
    await row.getByRole('button', { name: 'crm' }).click()
    await page.getByRole('button', { name: '发送测试' }).click()
    await expect(page.getByText('对方已接收测试消息')).toBeVisible()
    other.answers(503)
    await page.getByRole('button', { name: '发送测试' }).click()
    await expect(page.getByText('测试未送达：对方以状态码 503 应答')).toBeVisible()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).first().click()

    // Somebody is erased nowhere and restricted nowhere: one word of consent, which the endpoint does not take.
    const { subject } = await write(page, 'customer', { name: '测试人', mobile: '13907770001' })
    await become(page, 'officer')
    await fresh(page, 'officer')
    const said = { state: 'refused', form: 'general', through: 'call-centre' }
    await done(page, 'officer', 'PUT', `/api/v1/subjects/${subject}/consents/marketing-contact`, said)
    await page.goto('/console/downstreams')
    await expect(row).toContainText('1 条未确认', { timeout: 20_000 })
    await expect(row).toContainText('推送失败', { timeout: 20_000 })
    await expect(row).toContainText('对方以状态码 503 应答')
    await expect(page.getByRole('img', { name: /等待时间/ })).toBeVisible()
    await accessible(page)
    // Whoever only looks has no acts.
    await row.getByRole('button', { name: 'crm' }).click()
    await expect(page.getByText('登记、变更与重放由系统管理员办理')).toBeVisible()
    await expect(page.getByRole('button', { name: '重放' })).toHaveCount(0)
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).first().click()

    // It answers again: caught up without anybody touching the page.
    other.answers(204)
    await expect(row).toContainText('已跟上', { timeout: 60_000 })
  } finally {
    await other.stop()
  }
})

test('a system is paused, told again, given a new secret and retired by its name', async ({ page }) => {
  const other = await receiver()
  try {
    await as(page, 'sysadmin')
    await fresh(page, 'sysadmin')
    const body = { name: 'sms-gate', kind: 'webhook', target: other.url, purposes: ['marketing-contact'], from_beginning: true }
    await done(page, 'sysadmin', 'POST', '/api/v1/downstreams', body)
    await page.goto('/console/downstreams')
    const row = page.getByRole('table', { name: '全部系统' }).getByRole('row', { name: /sms-gate/ })
    await expect(row).toContainText('已跟上', { timeout: 30_000 })
    await row.getByRole('button', { name: 'sms-gate' }).click()
    const drawer = page.locator('.ant-drawer')
    const dialog = page.locator('.ant-modal')

    await drawer.getByRole('button', { name: '暂停' }).click()
    await dialog.getByRole('button', { name: '暂停' }).click()
    await expect(drawer.getByText('已暂停')).toBeVisible()
    await drawer.getByRole('button', { name: '恢复' }).click()
    await dialog.getByRole('button', { name: '恢复' }).click()
    await expect(drawer.getByText('推送中')).toBeVisible()

    const before = other.heard.length
    await drawer.getByRole('button', { name: '重放' }).click()
    await dialog.getByRole('textbox', { name: '起始记录' }).fill('-1')
    await dialog.getByRole('button', { name: '重放' }).click()
    await expect(dialog.getByText('请输入不小于 0 的整数')).toBeVisible()
    await dialog.getByRole('textbox', { name: '起始记录' }).fill('0')
    await dialog.getByRole('button', { name: '重放' }).click()
    await expect(page.getByText(/已完成 · 账本第 \d+ 条/).first()).toBeVisible()
    await expect.poll(() => other.heard.length, { timeout: 30_000 }).toBeGreaterThan(before)
    // The same events, under their own ids.
    expect(new Set(other.heard).size).toBeLessThan(other.heard.length)

    await drawer.getByRole('button', { name: '轮换密钥' }).click()
    await dialog.getByRole('button', { name: '轮换密钥' }).click()
    await stepUpIfAsked(page, 'sysadmin', () => page.getByRole('textbox', { name: '签名密钥' }).isVisible())
    await expect(page.getByRole('textbox', { name: '签名密钥' })).toHaveText(/^whsec_/)
    await page.getByRole('checkbox', { name: '我已妥善保存或转交' }).check()
    await page.getByRole('button', { name: '完成' }).click()

    await row.getByRole('button', { name: 'sms-gate' }).click()
    await drawer.getByRole('button', { name: '停用' }).click()
    await dialog.getByRole('button', { name: '停用' }).click()
    await expect(dialog.getByText('请一字不差地输入')).toBeVisible()
    await dialog.getByLabel(/无法撤销/).fill('sms-gate')
    await dialog.getByRole('button', { name: '停用' }).click()
    await expect(row).toContainText('已停用')
  } finally {
    await other.stop()
  }
})
