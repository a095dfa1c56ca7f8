// One person's record beyond its fields: cards, consents, acts, decisions, access that somebody lends. Each test
// makes its own customer.
import type { Page } from '@playwright/test'
import { call, makeCustomer, stepUp, write } from './api'
import { accessible, as, choosePurpose, expect, test } from './console'

const MOBILE = '[data-field="customer.mobile"]'

/** Closes an order, so that it leads nobody else anywhere. */
async function close(page: Page, subject: string, order: string) {
  const answer = await call(page, 'PATCH', `/api/v1/subjects/${subject}/cases/${order}`, { status: 'closed' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

async function other(page: Page, login: string) {
  await page.context().clearCookies()
  await as(page, login)
}

test('a closed order ends the right to look, in words; somebody else lends access for a time', async ({ page }) => {
  test.setTimeout(240_000)
  await as(page, 'sysadmin')
  const { subject, order } = await makeCustomer(page, '13812340001', 'WO-E2E-0001')
  await other(page, 'adviser')
  await page.goto(`/console/records/${subject}?order=${order}`)
  await expect(page.locator('.banner')).toContainText('WO-E2E-0001')
  await expect(page.locator(`.card[data-record="${order}"]`)).toContainText('维修中')

  // The order is closed while its record is open.
  await close(page, subject, order)
  await page.locator(MOBILE).getByRole('button', { name: '申请查看' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('理由按这张业务单列出（维修，维修中）')).toBeVisible()
  await dialog.getByLabel('核对来电或到店客户的身份').check()
  await dialog.getByRole('button', { name: '查看 60 秒' }).click()
  const refused = dialog.getByRole('alert')
  await expect(refused).toContainText('业务单已结束,查阅权限随之结束')
  await expect(refused).toContainText('谁可以改变: 您的主管')
  await expect(refused).toContainText('case-closed')
  await expect(refused).toContainText(/这次拒绝也已记录 · 账本第 \d+ 条/)
  await accessible(page)
  await expect(page.locator('.lent')).toHaveCount(0)
  await dialog.getByRole('button', { name: '取消' }).click()

  // Opened anew it is refused as a whole: why, who can change it, the entry, and what to do.
  await page.reload()
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('业务单已结束,查阅权限随之结束')
  await expect(alert).toContainText('谁可以改变: 您的主管')
  const told = await alert.innerText()
  const entry = /账本第 (\d+) 条/.exec(told)?.[1]
  expect(entry).toBeDefined()
  await expect(page.getByRole('heading', { name: '现在可以怎样做' })).toBeVisible()
  await expect(page.getByText('由主管把未结业务单指派给您，或申请一次性访问。')).toBeVisible()
  await expect(page.locator('[data-field]')).toHaveCount(0)
  await accessible(page)

  // The entry that it names is the decision, and says the same.
  await page.goto(`/console/explain?read=rd_${entry}`)
  await expect(page.locator('[data-rule="case-closed"] [aria-current="step"]').first()).toContainText('关系')
  await page.goBack()

  // One-time access: asked for, approved by somebody else, counted down, given back.
  await page.getByRole('button', { name: '申请一次性访问' }).click()
  await page.getByLabel('理由').fill('客户追问已结工单')
  await accessible(page)
  await page.getByRole('button', { name: '提交申请' }).click()
  await expect(page.getByText('等待批准')).toBeVisible()
  await other(page, 'officer')
  await stepUp(page, 'officer')
  const { body } = await call(page, 'GET', '/api/v1/approvals')
  const approval = body.approvals.find((one: { body: { subject?: string } }) => one.body.subject === subject)
  const decision = { digest: approval.digest, decision: 'approve' }
  const decided = await call(page, 'PUT', `/api/v1/approvals/${approval.approval}/decision`, decision)
  expect(decided.status, JSON.stringify(decided.body)).toBe(200)

  await other(page, 'adviser')
  await page.goto(`/console/records/${subject}`)
  await expect(page.locator(`${MOBILE} .masked`)).toHaveText(/^138\*+0001$/)
  const lent = page.locator('.lends li')
  await expect(lent).toContainText('已批准')
  await expect(lent).toContainText(/剩余 (59|60) 分钟/)
  await accessible(page)
  await lent.getByRole('button', { name: '收回' }).click()
  await expect(lent).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('业务单已结束')
})

test('consents, acts and looks are told as they are, and the looks as a table too', async ({ page }) => {
  await as(page, 'sysadmin')
  const { subject, order } = await makeCustomer(page, '13812340002', 'WO-E2E-0002')
  await other(page, 'officer')
  await stepUp(page, 'officer')
  const { snapshot } = (await call(page, 'GET', '/notices/marketing')).body as { snapshot: string }
  for (const [purpose, word] of [
    ['marketing-contact', { state: 'given', form: 'general', snapshot }],
    ['roadside-rescue', { state: 'refused', form: 'separate' }],
  ] as const) {
    const said = await call(page, 'PUT', `/api/v1/subjects/${subject}/consents/${purpose}`, word)
    expect(said.status, JSON.stringify(said.body)).toBe(200)
  }
  await other(page, 'adviser')
  await page.goto(`/console/records/${subject}?order=${order}`)
  const matrix = page.getByRole('table', { name: '同意矩阵' })
  await expect(matrix.getByRole('row', { name: /营销与关怀/ }).locator('[data-here]')).toContainText('已同意')
  await expect(matrix.getByRole('row', { name: /道路救援/ }).locator('[data-here]')).toContainText('未同意')
  await page.getByText(/另有 \d+ 个用途无需同意/).click()
  const free = page.getByRole('table', { name: /无需同意/ })
  await expect(free.getByRole('row', { name: /维修保养服务/ })).toContainText('合同必需')

  // A colleague's act is told by role; the adviser's own as theirs. No login and no id of anybody.
  const acts = page.locator('.timeline')
  await expect(acts).toContainText('个人信息保护负责人')
  await expect(acts).toContainText('您本人')
  expect(await acts.innerText()).not.toMatch(/officer|stf_/)

  await page.getByText('以表格查看').click()
  const looks = page.getByRole('table', { name: '档案被查看次数' })
  await expect(looks.locator('tbody tr')).toHaveCount(1)
  await expect(looks.locator('tbody td')).toHaveText(['1', '0', '0'])
  await page.locator(MOBILE).getByRole('button', { name: '申请查看' }).click()
  await page.getByRole('dialog').getByLabel('联系客户确认进度或取车时间').check()
  await page.getByRole('button', { name: '查看 60 秒' }).click()
  await expect(page.locator(`${MOBILE} .lent-value`)).toHaveText('13812340002')
  await expect(acts.locator('li').first()).toContainText('查看明文 手机号')
  await page.reload()
  await page.getByText('以表格查看').click()
  await expect(looks.locator('tbody td')).toHaveText(['3', '1', '0'])
  await accessible(page)
  await close(page, subject, order)
})

test('what was said is told with pieces in the place of what it holds', async ({ page }) => {
  await as(page, 'sysadmin')
  const { subject } = await write(page, 'customer', { name: '测试人', mobile: '13812340003' })
  const transcript = '客户说请打13800138000，车架号1HGCM82633A004352，订单20260001。'
  await write(page, 'call', { at: '2026-11-20T10:00:00Z', channel: 'hotline', transcript, topic: 'progress' }, subject)
  await other(page, 'officer')
  await stepUp(page, 'officer')
  await page.goto(`/console/records/${subject}`)
  await choosePurpose(page, '个人信息权利请求答复')
  const field = page.locator('[data-field="call.transcript"]')
  await expect(field).toContainText('客户说请打')
  await expect(field).toContainText('订单20260001')
  await expect(field.locator('.piece')).toHaveCount(2)
  const content = await page.content()
  for (const value of ['13800138000', '1HGCM82633A004352']) expect(content).not.toContain(value)
  await accessible(page)
})

test('a decision is a ladder, for whoever made it and for those who watch', async ({ page }) => {
  await as(page, 'sysadmin')
  const { subject, order } = await makeCustomer(page, '13812340004', 'WO-E2E-0004', { fault_text: '空调不制冷' })
  await other(page, 'adviser')
  await page.goto(`/console/records/${subject}?order=${order}`)
  const field = page.locator(`[data-record="${order}"] [data-field="work_order.fault_text"]`)
  // No policy would show it clear: there is nothing to ask for, only why.
  await expect(field.getByRole('button', { name: /申请查看/ })).toHaveCount(0)
  await field.getByRole('button', { name: /为什么/ }).click()
  await expect(page.getByRole('tooltip')).toContainText('没有策略允许您为这个用途看到明文')
  await page.getByRole('link', { name: '查看完整的阶梯' }).click()
  const own = page.locator('[data-rule="adviser-words"]')
  await expect(own.locator('li[data-state="passed"]')).toHaveCount(4)
  await expect(own.locator('[aria-current="step"]')).toContainText('策略')
  await expect(own).toContainText('可以改变它的人：')
  const read = new URL(page.url()).searchParams.get('read') ?? ''
  await close(page, subject, order)

  // The same by its id, for the audit administrator, who sees no record at all.
  await other(page, 'auditadmin')
  await page.goto('/console/explain')
  await page.getByLabel('决定编号').fill(read)
  await page.getByRole('button', { name: '查看', exact: true }).click()
  await expect(page.locator('[data-rule="adviser-words"]')).toContainText('怎样才会改变')
  await accessible(page)
  // A decision of somebody else's is none for whoever may not read the ledger.
  await other(page, 'clerk')
  await page.goto(`/console/explain?read=${read}`)
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
})
