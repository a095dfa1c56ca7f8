import { readFileSync } from 'node:fs'
import { accessible, as, expect, test } from './console'
import { call } from './api'
import { askExport, become, fresh, somebody } from './office'

test('an export is approved by a second person, who sees exactly what would leave; never by whoever asked', async ({
  page,
}) => {
  await as(page, 'officer')
  await fresh(page, 'officer')
  const approval = await askExport(page, '监管机构来函要求提供副本')
  await page.goto(`/console/approvals?id=${approval}`)
  const detail = page.getByRole('region', { name: '事项详情' })
  await expect(detail.getByText('这是您自己提出的，不能由您批准')).toBeVisible()
  await expect(detail.getByRole('button', { name: '批准' })).toHaveCount(0)
  await accessible(page)
  // The page offers none, and the server takes none.
  const { body: asked } = await call(page, 'GET', `/api/v1/approvals/${approval}`)
  const own = await call(page, 'PUT', `/api/v1/approvals/${approval}/decision`, { decision: 'approve', digest: asked.digest })
  expect([own.status, own.body.code]).toEqual([403, 'own-approval'])

  await become(page, 'deputy')
  await page.goto('/console/approvals')
  await page.getByRole('button', { name: /导出客户/ }).first().click()
  await expect(page).toHaveURL(new RegExp(approval))
  await expect(detail.getByText('监管机构来函要求提供副本')).toBeVisible()
  await expect(detail.getByText('本浏览器已重新计算，与所示内容一致')).toBeVisible()
  await expect(detail.locator('.figures')).toContainText('30')
  await expect(detail.getByRole('row', { name: /手机号/ })).toContainText('明示')
  await expect(detail.locator('.ids li')).toHaveCount(5)
  await accessible(page)
  await detail.getByLabel('批注').fill('来函编号已核对')
  await fresh(page, 'deputy')
  await detail.getByRole('button', { name: '批准' }).click()
  await expect(detail.getByText('已批准，待执行')).toBeVisible()
  await expect(detail.getByText('来函编号已核对')).toBeVisible()
  await expect(detail.getByText(/最近一步写在账本第 \d+ 条/)).toBeVisible()

  await become(page, 'officer')
  await page.goto(`/console/approvals?id=${approval}`)
  await expect(detail.getByText('已获批准，等您执行')).toBeVisible()
})

test('the file of an approved export is taken once, and held to its digest', async ({ page }) => {
  await as(page, 'adviser')
  // One person: the day's limit of the purpose is needed elsewhere.
  const people = [await somebody(page)]
  await become(page, 'officer')
  await fresh(page, 'officer')
  const approval = await askExport(page, '本人要求提供副本', people)
  await become(page, 'deputy')
  await page.goto(`/console/approvals?id=${approval}`)
  const detail = page.getByRole('region', { name: '事项详情' })
  await fresh(page, 'deputy')
  await detail.getByRole('button', { name: '批准' }).click()
  await expect(detail.getByText('已批准，待执行')).toBeVisible()
  await become(page, 'officer')
  await page.goto(`/console/approvals?id=${approval}`)
  await fresh(page, 'officer')
  const saved = page.waitForEvent('download')
  await detail.getByRole('button', { name: '下载导出文件' }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^exp_\w+\.xlsx$/)
  expect(readFileSync(await file.path()).subarray(0, 2).toString()).toBe('PK')
  await expect(page.getByText(/已下载 \d+ 行，文件摘要与账本记录一致/)).toBeVisible()
  await expect(detail.getByRole('button', { name: '下载导出文件' })).toHaveCount(0)
})

test('a page that shows something else than the digest binds approves nothing', async ({ page }) => {
  await as(page, 'officer')
  await fresh(page, 'officer')
  const approval = await askExport(page, '核对')
  await become(page, 'deputy')
  await page.route(`**/api/v1/approvals/${approval}`, async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    body.body.people = 1
    await route.fulfill({ response: answer, json: body })
  })
  await page.goto(`/console/approvals?id=${approval}`)
  const detail = page.getByRole('region', { name: '事项详情' })
  await expect(detail.getByText('摘要与所示内容不一致').first()).toBeVisible()
  await expect(detail.getByRole('button', { name: '批准' })).toBeDisabled()
  await accessible(page)
})

test('a refusal needs a reason, and ends among what is over; what one asked for one may withdraw', async ({ page }) => {
  await as(page, 'officer')
  await fresh(page, 'officer')
  const refused = await askExport(page, '也许用得上')
  const withdrawn = await askExport(page, '算了')
  const detail = page.getByRole('region', { name: '事项详情' })
  await page.goto(`/console/approvals?id=${withdrawn}`)
  await detail.getByRole('button', { name: '撤回申请' }).click()
  await expect(detail.getByText('已撤回')).toBeVisible()

  await become(page, 'deputy')
  await fresh(page, 'deputy')
  await page.goto(`/console/approvals?id=${refused}`)
  await detail.getByRole('button', { name: '驳回' }).click()
  await expect(detail.getByText('请写明理由')).toBeVisible()
  await detail.getByLabel('批注').fill('没有具体用途')
  await detail.getByRole('button', { name: '驳回' }).click()
  await expect(detail.getByText('已驳回')).toBeVisible()
  await page.getByText('已结束', { exact: true }).click()
  await expect(page.locator('.inbox-row').filter({ hasText: '已驳回' }).first()).toBeVisible()
  await expect(page.locator('.inbox-row').filter({ hasText: '已撤回' }).first()).toBeVisible()
})

test('an emergency raises an alarm that is acknowledged and closed, and is reviewed by somebody else', async ({ page }) => {
  await as(page, 'adviser')
  await fresh(page, 'adviser')
  const subject = await somebody(page)
  const emergency = await call(page, 'POST', '/api/v1/emergencies', {
    subject,
    purpose: 'repair-contact',
    reason: '车辆抛锚，等待救援',
  })
  expect(emergency.status).toBe(201)
  await page.goto(`/console/approvals?id=${emergency.body.grant}`)
  await expect(page.getByText('这是您自己的紧急调阅')).toBeVisible()

  await become(page, 'officer')
  await fresh(page, 'officer')
  await page.goto('/console/alarms')
  const alarm = page.locator('.alarm').filter({ hasText: emergency.body.grant })
  await expect(alarm).toContainText('已等待')
  await accessible(page)
  await alarm.getByRole('button', { name: '确认已知悉' }).click()
  await expect(alarm).toContainText('用时')
  await alarm.getByRole('button', { name: '关闭告警' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '关闭告警' }).click()
  await expect(dialog.getByText('请选择结论')).toBeVisible()
  await dialog.getByRole('radio', { name: /确认无害/ }).check()
  await accessible(page)
  await dialog.getByRole('button', { name: '关闭告警' }).click()
  await expect(alarm).toHaveCount(0)
  await page.getByText(/^已关闭/).click()
  await expect(alarm).toContainText('确认无害')

  await page.goto(`/console/approvals?id=${emergency.body.grant}`)
  const detail = page.getByRole('region', { name: '事项详情' })
  await expect(detail.getByText('车辆抛锚，等待救援')).toBeVisible()
  await accessible(page)
  await detail.getByRole('radio', { name: /确有必要/ }).check()
  await detail.getByLabel('说明').fill('已与救援记录核对')
  await detail.getByRole('button', { name: '记录结论' }).click()
  await expect(detail.getByText('已与救援记录核对')).toBeVisible()

  // One that stays open, for whoever looks at alarms and reviews afterwards.
  await become(page, 'adviser')
  await fresh(page, 'adviser')
  const second = { subject, purpose: 'repair-contact', reason: '客户在途中求助' }
  expect((await call(page, 'POST', '/api/v1/emergencies', second)).status).toBe(201)
})

test('access for a time runs, with its time left, until it is revoked', async ({ page }) => {
  await as(page, 'adviser')
  const subject = await somebody(page)
  await become(page, 'clerk')
  const ask = (reason: string) =>
    call(page, 'POST', '/api/v1/grants', {
      purpose: 'repair-service',
      role: 'service-adviser',
      fields: ['customer.name'],
      subject,
      seconds: 7200,
      reason,
    })
  const asked = await ask('索赔材料需要核对车主姓名')
  expect(asked.status).toBe(201)
  // A second one stays, for whoever looks at the inbox afterwards.
  expect((await ask('复核上月索赔')).status).toBe(201)

  await become(page, 'officer')
  await fresh(page, 'officer')
  await page.goto(`/console/approvals?id=${asked.body.approval}`)
  const detail = page.getByRole('region', { name: '事项详情' })
  await expect(detail.getByText('2 小时').first()).toBeVisible()
  await detail.getByRole('button', { name: '批准' }).click()
  await expect(detail.getByText('已执行')).toBeVisible()
  await page.getByText('限时授权', { exact: true }).first().click()
  const row = page.getByRole('row', { name: /索赔材料需要核对车主姓名/ })
  await expect(row).toContainText('1 小时')
  await accessible(page)
  await row.getByRole('button', { name: '收回' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '收回' }).click()
  await expect(row).toHaveCount(0)
  await page.getByRole('switch').click()
  await expect(row).toContainText('已收回')
})
