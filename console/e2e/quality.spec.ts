// Quality in use: two people mark texts blind to each other, a third settles, the certificate is in the ledger.
import type { Page } from '@playwright/test'
import { call, done, write } from './api'
import { accessible, as, expect, test } from './console'
import { become, fresh } from './office'

/** Complaints that nobody else's tests know of; the system administrator is signed in. */
async function complaints(page: Page, count: number) {
  for (let n = 0; n < count; n++) {
    const mobile = `1370777${String(Date.now() % 10_000).padStart(4, '0').slice(0, 3)}${n}`.slice(0, 11)
    const { subject } = await write(page, 'customer', { name: '测试人', mobile })
    const content = `维修后仍漏油，请回电${mobile}`
    await write(page, 'complaint', { number: `Q-${Date.now()}-${n}`, content, state: 'received', region: 'east' }, subject)
  }
}

/** Marks the number of the text that is shown, by keyboard alone. */
async function markNumber(page: Page) {
  const field = page.getByRole('textbox', { name: '文本（只读，可选择）' })
  await expect(field).toBeFocused()
  const words = await field.inputValue()
  const at = words.search(/\d{11}/)
  await field.press('Home')
  for (let n = 0; n < at; n++) await field.press('ArrowRight')
  await page.keyboard.down('Shift')
  for (let n = 0; n < 11; n++) await field.press('ArrowRight')
  await page.keyboard.up('Shift')
  await page.keyboard.press('2')
  await expect(page.locator('.quality-marked mark')).toContainText('手机号')
}

test('two people mark, a third settles, and the certificate fits the ledger', async ({ page }) => {
  test.setTimeout(180_000)
  await as(page, 'sysadmin')
  await fresh(page, 'sysadmin')
  await complaints(page, 6)
  await become(page, 'officer')
  await fresh(page, 'officer')
  await page.goto('/console/quality')
  await page.getByRole('button', { name: '开始质检' }).first().click()
  const begin = page.getByRole('dialog', { name: '开始一次质检' })
  await begin.getByRole('combobox', { name: '目的' }).click()
  await page.getByTitle('投诉处理').click()
  await begin.getByRole('checkbox', { name: /投诉内容/ }).check()
  await begin.getByLabel('篇数').fill('3')
  await begin.getByRole('button', { name: '开始质检' }).click()
  await expect(begin.getByText('请填 4 到 400 的整数')).toBeVisible()
  await accessible(page)
  await begin.getByLabel('篇数').fill('4')
  await begin.getByRole('button', { name: '开始质检' }).click()
  await expect(page).toHaveURL(/\/quality\/qck_/)
  const address = page.url()
  const check = address.split('/').at(-1)

  // The officer marks one by keyboard, the rest over the API.
  await page.getByRole('button', { name: '取一篇' }).click()
  const field = page.getByRole('textbox', { name: '文本（只读，可选择）' })
  await expect(field).toBeVisible()
  const words = await field.inputValue()
  await accessible(page)
  if (/\d{11}/.test(words)) await markNumber(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('已提交，等另一人')).toBeVisible()
  const looks = `/api/v1/quality-checks/${check}/looks`
  const markRest = async (login: string, empty: boolean) => {
    for (;;) {
      const { text } = await done(page, login, 'POST', looks, { task: 'mark' })
      if (!text) return
      const at = Array.from(text.words as string).join('').search(/\d{11}/)
      const start = at < 0 ? 0 : Array.from((text.words as string).slice(0, at)).length
      const spans = at < 0 || empty ? [] : [{ start, end: start + 11, kind: 'PHONE' }]
      const path = `/api/v1/quality-checks/${check}/texts/${text.id}/marks`
      await done(page, login, 'PUT', path, { task: 'mark', spans })
    }
  }
  await markRest('officer', false)

  // Leaving the page puts the text away.
  await become(page, 'deputy')
  await fresh(page, 'deputy')
  await page.goto(address)
  await page.getByRole('button', { name: '取一篇' }).click()
  await expect(field).toBeVisible()
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect(field).toHaveCount(0)
  await expect(page.getByText('离开页面后已收起文本')).toBeVisible()
  await markRest('deputy', true)

  await become(page, 'deputy')
  await fresh(page, 'deputy')
  await page.goto(address)
  await page.getByText('与对方商定', { exact: true }).click()
  for (;;) {
    await page.getByRole('button', { name: '取一篇' }).click()
    await expect(field.or(page.getByText('此任务没有文本了'))).toBeVisible()
    if ((await field.count()) === 0) break
    await accessible(page)
    const sides = page.locator('.quality-sides section')
    await expect(sides).toHaveCount(2)
    await sides.filter({ has: page.locator('mark') }).getByRole('button', { name: '采用' }).click()
    await page.getByRole('button', { name: '提交' }).click()
    await expect(page.getByText('已裁定')).toBeVisible()
    const { body } = await call(page, 'GET', `/api/v1/quality-checks/${check}`)
    if (body.disputed === 0) break
    await page.reload()
    await page.getByText('与对方商定', { exact: true }).click()
  }

  await become(page, 'officer')
  await page.goto(address)
  await page.getByRole('button', { name: '出具证书' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '出具证书' }).click()
  await expect(page.getByText('摘要与证书内容相符')).toBeVisible()
  const figures = page.getByRole('table', { name: '指标' })
  await expect(figures.getByRole('row', { name: /漏识/ })).toContainText('%')
  await expect(figures.getByRole('row', { name: /Cohen/ })).toBeVisible()
  await accessible(page)
  const { body } = await call(page, 'GET', `/api/v1/quality-checks/${check}`)
  const entry = await call(page, 'GET', `/api/v1/ledger/entries/${body.entry}`)
  expect(JSON.stringify(entry.body)).toContain(body.digest)
  // Nothing of a text in the page, its address or its storage.
  expect(JSON.stringify(body)).not.toMatch(/漏油|1370777/)
})

