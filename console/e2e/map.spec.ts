// The data map: what was read shows there, what nobody reads is named, and the register changes by two people.
import type { Browser, Locator, Page } from '@playwright/test'
import { accessible, as, expect, openRecord, test } from './console'
import { code, persona } from './personas'

/** A page of its own in which somebody else is signed in. */
async function beside(browser: Browser, login: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await as(page, login)
  return page
}

/** Asks the API as the person who is signed in to this page. */
function ask(page: Page, method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  return page.evaluate(
    async ([method, path, body]) => {
      const me = await (await fetch('/api/v1/me')).json()
      const answer = await fetch(path as string, {
        method: method as string,
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.person.csrf },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json().catch(() => null) }
    },
    [method, path, body] as const,
  )
}

/** Gives the second factor if it is asked for, and waits for what comes then. */
async function withFactor(page: Page, login: string, done: Locator) {
  const dialog = page.getByRole('dialog')
  await expect(dialog.or(done).first()).toBeVisible()
  if (await dialog.isVisible()) {
    await dialog.getByLabel('六位动态口令').fill(await code(persona(login).totp))
    await dialog.getByRole('button', { name: '确认' }).click()
  }
  await expect(done).toBeVisible()
}

/** The group of findings under this title. */
const group = (page: Page, title: string) =>
  page.locator('.map-findings > li').filter({ has: page.getByRole('heading', { name: title }) })

test('what one persona reads is on the map of another, and what nobody reads is named', async ({ page, browser }) => {
  const adviser = await beside(browser, 'adviser')
  const subject = (await openRecord(adviser)).match(/sub_\w+/)?.[0]
  // The purpose does not need the number: asked for all the same, and refused.
  const read = await ask(adviser, 'POST', `/api/v1/subjects/${subject}/reads`, {
    purpose: 'repair-contact',
    fields: ['customer.name', 'customer.resident_id'],
  })
  expect(read.status).toBe(200)

  await as(page, 'officer')
  await page.goto('/console/map')
  const picture = page.getByRole('group', { name: /流向图/ })
  const node = picture.getByRole('button', { name: /^用途 维修保养服务: 使用 [\d,]+ 次/ })
  await expect(node).toBeVisible()
  await expect(picture.getByRole('button', { name: /^用途 合规审计: 没有使用/ })).toBeVisible()
  const undeclared = group(page, '未登记的流向')
  await expect(undeclared.getByText('用途不需要这些字段')).toBeVisible()
  await expect(undeclared.getByText('客户 · 居民身份证号')).toBeVisible()
  const unread = group(page, '无人读取的字段')
  await expect(unread.getByText('求助时间')).toBeVisible()
  await expect(unread.getByText('姓名')).toHaveCount(0)
  // The vault ties staff to people by it: no candidate for deletion.
  await expect(unread.getByText('责任顾问')).toHaveCount(0)
  await expect(group(page, '无人使用的用途').getByText('合规审计')).toBeVisible()
  await expect(group(page, '没有流量的接收方').getByText('审计员')).toBeVisible()

  // The same by keys alone: from a collection to a purpose, which is picked, and its uses listed.
  await picture.getByRole('button', { name: /^集合 客户/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(picture.locator(':focus')).toHaveAttribute('data-node', /^purpose:/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  const table = page.getByRole('table', { name: '每一种使用' })
  await expect(table.getByRole('row', { name: /客户 · 姓名.*服务顾问.*遮盖/ }).first()).toBeVisible()
  await expect(table.getByText(/^维修工单 · /)).toHaveCount(0)
  await accessible(page)

  await page.getByText('矩阵', { exact: true }).click()
  const matrix = page.getByRole('table', { name: '字段与用途的使用次数' })
  await expect(matrix.getByRole('row', { name: /居民身份证号/ }).locator('[data-state="undeclared"]')).toHaveCount(1)
  await accessible(page)
  await adviser.context().close()
})

test('whoever may not see the map has neither entry nor answer', async ({ page }) => {
  await as(page, 'adviser')
  await expect(page.getByRole('menuitem', { name: '数据地图' })).toHaveCount(0)
  const answer = await ask(page, 'GET', '/api/v1/register/observations')
  expect(answer.body.code).toBe('operation-not-permitted')
  await page.goto('/console/register')
  await expect(page.getByRole('table', { name: '客户' })).toBeVisible()
  await expect(page.getByText('近 30 天使用')).toHaveCount(0)
})

test('a change is checked, planned, proposed, approved by somebody else and shows in the history', async ({
  page,
  browser,
}) => {
  await as(page, 'secadmin')
  await page.goto('/console/map/propose')
  const text = page.getByRole('textbox', { name: '登记册文本' })
  await expect(text).toHaveValue(/name = "passport"/)
  const source = await text.inputValue()

  // Wrong first: the finding names its line, and leads there.
  const at = source.indexOf('name = "passport"')
  const line = source.slice(0, at).split('\n').length
  await text.fill(`${source.slice(0, at)}name = "Pass port"${source.slice(at + 'name = "passport"'.length)}`)
  await page.getByRole('button', { name: '检查并推演' }).click()
  const jump = page.getByRole('button', { name: `第 ${line} 行` }).first()
  await expect(jump).toBeVisible()
  await accessible(page)
  await jump.click()
  await expect(text).toBeFocused()

  // Kept a year longer: harmless here, and looser.
  const kept = source.indexOf('years = 3', at)
  await text.fill(`${source.slice(0, kept)}years = 4${source.slice(kept + 'years = 3'.length)}`)
  await page.getByRole('button', { name: '检查并推演' }).click()
  await expect(page.getByText('须由另一人批准后才能生效')).toBeVisible()
  await expect(page.getByText('近 30 天的使用在变更后仍全部有登记依据。')).toBeVisible()
  await accessible(page)
  await page.getByRole('button', { name: '提出，等待他人批准' }).click()
  await expect(page.getByText('请写明理由')).toBeVisible()
  await page.getByLabel('理由').fill('外籍车主三包期为四年')
  await page.getByRole('button', { name: '提出，等待他人批准' }).click()
  await withFactor(page, 'secadmin', page.getByText('已提出。另一人批准后'))
  const waiting = page.locator('[data-approval]').filter({ hasText: '外籍车主三包期为四年' })
  await expect(waiting.getByText('等待批准')).toBeVisible()
  await expect(waiting.getByText('与草稿一致')).toBeVisible()
  await expect(waiting.getByRole('button', { name: '使其生效' })).toHaveCount(0)
  const id = await waiting.getAttribute('data-approval')

  const officer = await beside(browser, 'officer')
  const asked = await ask(officer, 'GET', `/api/v1/approvals/${id}`)
  const decide = () =>
    ask(officer, 'PUT', `/api/v1/approvals/${id}/decision`, { decision: 'approve', digest: asked.body.digest })
  let decided = await decide()
  if (decided.body.code === 'second-factor-required') {
    await ask(officer, 'POST', '/api/v1/sessions/step-up', { code: await code(persona('officer').totp) })
    decided = await decide()
  }
  expect(decided.status).toBe(200)
  await officer.context().close()

  // Another text than was approved does not pass for it.
  await expect(waiting.getByText('已批准，等待生效')).toBeVisible({ timeout: 20_000 })
  const draft = await text.inputValue()
  await text.fill(`${draft}\n# more\n`)
  await expect(waiting.getByText('与草稿不一致')).toBeVisible()
  await expect(waiting.getByRole('button', { name: '使其生效' })).toBeDisabled()
  await text.fill(draft)
  await waiting.getByRole('button', { name: '使其生效' }).click()
  await withFactor(page, 'secadmin', page.getByText(/已生效：登记册第 \d+ 版/))

  await page.getByRole('link', { name: '看版本差异' }).click()
  await expect(page.getByRole('heading', { name: /第 \d+ 版 → 第 \d+ 版/ })).toBeVisible()
  const change = page.locator('.map-changes li')
  await expect(change).toHaveCount(1)
  await expect(change).toContainText('passport')
  await expect(change.getByText('放宽')).toBeVisible()
  await expect(page.getByRole('row', { name: /现行/ }).getByText(id ?? '')).toBeVisible()
  await expect(page.getByRole('row', { name: /现行/ }).getByText(/账本第 \d+ 条/)).toBeVisible()
  await page.getByText('文本差异（TOML）').click()
  await expect(page.locator('[data-line="added"]')).toContainText('years = 4')
  await accessible(page)
})

test('the draft is gone with the page', async ({ page }) => {
  await as(page, 'secadmin')
  await page.goto('/console/map/propose')
  const text = page.getByRole('textbox', { name: '登记册文本' })
  const source = await text.inputValue()
  await text.fill(`${source}# planted-draft\n`)
  await page.getByRole('link', { name: '版本', exact: true }).click()
  await page.getByRole('link', { name: '变更', exact: true }).click()
  await expect(text).toHaveValue(/planted-draft/)
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]))
  expect(kept).not.toContain('planted-draft')
  await page.reload()
  await expect(text).toHaveValue(source)
})
