// Notices: read, compared, edited, simulated, published; a widening is decided by somebody else who sees all of it.
import type { Page } from '@playwright/test'
import { call, done, makeCustomer, stepUp } from './api'
import { accessible, as, expect, test } from './console'
import { become, fresh } from './office'
import { choose } from './screens'

const source = (page: Page) => page.getByRole('textbox', { name: '告知源文本' })
const phone = (page: Page) => page.getByRole('region', { name: '告知预览' })

/** Changes the source as a person would, and waits until it was checked. */
async function rewrite(page: Page, change: (text: string) => string) {
  const checked = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/notices/lints'))
  await source(page).fill(change(await source(page).inputValue()))
  await checked
  await expect(page.getByText('正在检查')).toHaveCount(0)
}

async function edit(page: Page, name: string) {
  await page.goto(`/console/notices/${name}/edit`)
  await expect(source(page)).toBeVisible()
}

/** Leaves no draft behind. */
const drop = (page: Page, name: string) => call(page, 'DELETE', `/api/v1/notices/${name}/draft`)

const RECIPIENT = `
[[recipient]]
name = "sender"
kind = "processor"
title = { zh = "示例短信公司", en = "Example Sender Ltd" }
contact = { zh = "邮箱 sender@example.com", en = "mail sender@example.com" }
text = { zh = "替我们发短信。", en = "It sends text messages for us." }
`
const widen = (purpose: string) => (text: string) =>
  `${text.replace(`name = "${purpose}"\n`, `name = "${purpose}"\nrecipients = ["sender"]\n`)}${RECIPIENT}`

test('the list tells what is in force, and each notice is read in both languages', async ({ page }) => {
  await as(page, 'adviser')
  await page.getByRole('menuitem', { name: '告知' }).click()
  const list = page.getByRole('table', { name: '告知文本' })
  const row = list.getByRole('row', { name: /道路救援告知书/ })
  await expect(row).toContainText('现行')
  await expect(row).toContainText('道路救援')
  // Whoever may not write them has no way to the editor.
  await expect(page.getByRole('button', { name: '新建告知' })).toHaveCount(0)
  await expect(list.getByRole('button', { name: /编辑/ })).toHaveCount(0)
  await page.getByText('逐个用途').click()
  await expect(page.getByRole('table', { name: '每个用途由谁告知' }).getByRole('row', { name: /营销与关怀/ })).toContainText('营销与关怀告知书')
  await accessible(page)

  await row.getByRole('link', { name: '道路救援告知书' }).click()
  await expect(page.getByRole('heading', { name: '道路救援告知书', level: 1 })).toBeVisible()
  await expect(page.getByRole('article')).toContainText('您的车坏在路上时')
  await page.getByTitle('双语对照').click()
  await expect(page.getByRole('article')).toHaveCount(2)
  await expect(page.getByRole('article').nth(1)).toContainText('If your car breaks down on the road')
  const bound = page.getByRole('table', { name: '道路救援 · 字段' })
  await expect(bound.getByRole('row', { name: /救援位置/ })).toContainText('敏感')
  // The hash is the server's, and the public page is one click away.
  const { body } = await call(page, 'GET', '/api/v1/notices/rescue')
  await expect(page.getByText(body.entry.hash)).toBeVisible()
  await expect(page.getByRole('link', { name: '打开公开页面' })).toHaveAttribute('href', `/notices/rescue?version=${body.entry.version}`)
  await accessible(page)
  // The address of the editor opens nothing to be written.
  await page.goto('/console/notices/rescue/edit')
  await expect(page.getByText('您可以阅读全部版本')).toBeVisible()
  await expect(source(page)).toHaveCount(0)
})

test('what is written is previewed and checked at once, and nothing of it is markup', async ({ page }) => {
  await as(page, 'officer')
  await edit(page, 'marketing')
  await expect(phone(page)).toContainText('您的隐私选择')
  await expect(page.getByText('没有问题，可以模拟发布')).toBeVisible()
  await expect(page.getByRole('img', { name: /中文最难一段 \d+ 分/ })).toBeVisible()

  await rewrite(page, (text) =>
    text
      .replace(/^complaint = .*\n/m, '')
      .replace('purposes = ["marketing-contact"]\n', 'purposes = ["marketing-contact"]\non = true\n')
      .replace('营销与关怀告知书', '<img src=x onerror=document.title=1>告知书'),
  )
  await expect(page.getByText('2 处问题，不能发布')).toBeVisible()
  // The article stands below, the sentence without it.
  const finding = page.getByRole('listitem').filter({ hasText: '没有告知如何投诉、举报' })
  await expect(finding).not.toContainText('个人信息保护法')
  await expect(page.getByRole('list', { name: '依据的法条' })).toContainText('《个人信息保护法》第65条')
  // What is refused is shown to its author nevertheless.
  await page.getByTitle('全文', { exact: true }).click()
  await expect(phone(page)).toContainText('<img src=x')
  await expect(page.locator('.phone img, .code img')).toHaveCount(0)
  await expect(page.locator('.code-wrong').first()).toBeVisible()
  await accessible(page)

  // A finding leads to its place.
  const ticked = page.getByRole('listitem').filter({ hasText: 'on = false' })
  await ticked.getByRole('button', { name: /第 \d+ 行第 \d+ 列/ }).click()
  await expect(source(page)).toBeFocused()
  const line = await source(page).evaluate((area: HTMLTextAreaElement) => {
    const before = area.value.slice(0, area.selectionStart)
    return area.value.split('\n')[before.split('\n').length - 1]
  })
  expect(line).toBe('on = true')

  await page.getByTitle('面板', { exact: true }).click()
  await expect(phone(page)).toContainText('信息:')
  await page.getByTitle('English', { exact: true }).click()
  await expect(phone(page)).toContainText('Send me service reminders')

  // What cannot be read keeps the last picture, and says so.
  await rewrite(page, (text) => `${text}\n= broken`)
  await expect(page.getByText('文本暂时无法解析')).toBeVisible()
  await expect(phone(page)).toContainText('Send me service reminders')
})

test('a draft is saved, is not written over, is had back, and is not lost on leaving', async ({ page }) => {
  await as(page, 'officer')
  await drop(page, 'rescue')
  await edit(page, 'rescue')
  await rewrite(page, (text) => `${text}# 甲\n`)
  await expect(page.getByText('有未保存的修改')).toBeVisible()
  // Leaving is asked about.
  await page.getByRole('menuitem', { name: '数据地图' }).click()
  const asked = page.getByRole('dialog', { name: '有未保存的修改' })
  await accessible(page)
  await asked.getByRole('button', { name: '留下' }).click()
  await expect(source(page)).toHaveValue(/# 甲\n$/)
  await source(page).press('Control+Enter')
  await expect(page.getByText('草稿第 1 次保存于')).toBeVisible()

  // Another saves meanwhile.
  const { body: theirs } = await call(page, 'GET', '/api/v1/notices/rescue/draft')
  const other = { notice: `${theirs.notice}# 乙\n`, revision: theirs.draft.revision }
  expect((await call(page, 'PUT', '/api/v1/notices/rescue/draft', other)).status).toBe(200)
  await rewrite(page, (text) => `${text}# 丙\n`)
  await page.getByRole('button', { name: '保存草稿' }).click()
  await expect(page.getByText('其他人在您编辑期间保存了草稿')).toBeVisible()
  await page.getByRole('button', { name: '看两份的差别' }).click()
  await expect(page.locator('.diff-gone')).toContainText('# 乙')
  await expect(page.locator('.diff-new')).toContainText('# 丙')
  await accessible(page)
  await expect(source(page)).toHaveValue(/# 丙\n$/)
  await page.getByRole('button', { name: '改用服务器上的' }).click()
  await expect(source(page)).toHaveValue(/# 乙\n$/)

  // The list says that somebody writes.
  await page.getByRole('menuitem', { name: '告知' }).click()
  await expect(page.getByRole('table', { name: '告知文本' }).getByRole('row', { name: /道路救援告知书/ })).toContainText('草稿')
  await edit(page, 'rescue')
  await page.getByRole('button', { name: '丢弃草稿' }).click()
  await expect(page.getByText('草稿已丢弃')).toBeVisible()
  await expect(source(page)).not.toHaveValue(/# 乙/)
  await page.getByRole('button', { name: '撤销' }).click()
  await expect(source(page)).toHaveValue(/# 乙\n$/)
  await page.getByRole('menuitem', { name: '数据地图' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '不保存，离开' }).click()
  await expect(page).toHaveURL(/\/map$/)
  expect((await call(page, 'GET', '/api/v1/notices/rescue/draft')).status).toBe(404)
  // Each of it is in the ledger, without the text.
  const { body } = await call(page, 'GET', '/api/v1/ledger/entries?kind=notice&newest=true&limit=20')
  const told = JSON.stringify(body)
  expect(told).toContain('draft-saved')
  expect(told).toContain('draft-deleted')
  expect(told).not.toContain('乙')
})

test('a reworded notice is simulated and published, and both versions are compared', async ({ page }) => {
  // One whose purposes no other test declares anew: publishing binds it to the register of this moment.
  await as(page, 'officer')
  await drop(page, 'rescue')
  const { body: before } = await call(page, 'GET', '/api/v1/notices/rescue')
  await edit(page, 'rescue')
  const was = /introduction = \{ zh = "([^。]*)。/.exec(await source(page).inputValue())?.[1] ?? ''
  expect(was).not.toBe('')
  await rewrite(page, (text) => text.replace(`introduction = { zh = "${was}。`, `introduction = { zh = "${was}。请您看一看。`))
  await page.getByRole('button', { name: '模拟发布' }).click()
  await expect(page.getByText('没有扩大：已有的同意继续有效')).toBeVisible()
  await accessible(page)
  await fresh(page, 'officer')
  await page.getByRole('button', { name: '发布', exact: true }).click()
  const next = before.entry.version + 1
  await expect(page.getByText(`第 ${next} 版已发布并生效`)).toBeVisible()
  await page.getByRole('link', { name: '阅读已发布的版本' }).click()
  await page.getByRole('table', { name: '历次版本' }).getByRole('button', { name: '与上一版对比' }).first().click()
  const sentences = page.getByRole('region', { name: '逐句对照' })
  await expect(sentences.locator('ins')).toHaveText('请您看一看。')
  await expect(sentences.locator('.pair')).toHaveCount(1)
  await expect(sentences.getByText('措辞', { exact: true })).toBeVisible()
  await accessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await accessible(page)
  await choose(page, 'dark', 'en')
  await page.reload()
  // Only the Chinese was reworded.
  await expect(page.getByText('The English is the same in both.')).toBeVisible()
  await accessible(page)
  await choose(page, 'light', 'zh')
})

test('a widening is simulated with its cohort, decided by another who sees the same, and published as approved', async ({ page }) => {
  test.setTimeout(240_000)
  // Somebody agrees to marketing: one person is told as fewer than ten.
  await as(page, 'sysadmin')
  const { subject } = await makeCustomer(page, '13800138611', 'WO-NOTICE-1')
  await become(page, 'officer')
  await drop(page, 'marketing')
  const shown = (await call(page, 'GET', '/notices/marketing')).body
  const said = { state: 'given', form: 'general', snapshot: shown.snapshot }
  await done(page, 'officer', 'PUT', `/api/v1/subjects/${subject}/consents/marketing-contact`, said)
  await become(page, 'adviser')
  const read = { purpose: 'marketing-contact', fields: ['customer.name'] }
  await done(page, 'adviser', 'POST', `/api/v1/subjects/${subject}/reads`, read)

  await become(page, 'officer')
  await edit(page, 'marketing')
  await rewrite(page, widen('marketing-contact'))
  await page.getByRole('button', { name: '模拟发布' }).click()
  await expect(page.getByText('其中有扩大：依据同意的用途须重新征求同意')).toBeVisible()
  const effects = page.getByRole('table', { name: '停止的查阅，按用途' })
  const row = effects.getByRole('row', { name: /营销与关怀/ })
  await expect(row).toContainText('是')
  await expect(row).not.toContainText(/\b0\b.*0 人.*0 人/)
  await expect(page.getByText('原来的同意将不再覆盖')).toBeVisible()
  await page.getByText('与现行文本逐句对照').click()
  const given = page.locator('.pair', { hasText: '提供给:' })
  await expect(given.first()).toContainText('扩大')
  await accessible(page)
  const simulated = await row.innerText()
  await page.getByLabel('理由').fill('增加一家短信公司')
  await fresh(page, 'officer')
  await page.getByRole('button', { name: '提请批准' }).click()
  await expect(page.getByText('已提请，等待他人决定')).toBeVisible()
  const waiting = page.locator('.notice-waiting li')
  const approval = (await waiting.getAttribute('data-approval')) ?? ''

  // Whoever decides sees the difference and the figures that the digest binds, and the whole text.
  await become(page, 'deputy')
  await page.goto(`/console/approvals?id=${approval}`)
  await expect(page.getByRole('heading', { name: /告知「营销与关怀告知书」第 \d+ 版，扩大 1 处/ })).toBeVisible()
  await expect(page.getByText('的信息新增提供给示例短信公司').first()).toBeVisible()
  expect(await effects.getByRole('row', { name: /营销与关怀/ }).innerText()).toBe(simulated)
  await page.getByText('全文逐句对照').click()
  await expect(page.locator('.pair', { hasText: '提供给:' }).first()).toContainText('扩大')
  await accessible(page)
  await fresh(page, 'deputy')
  await page.getByRole('button', { name: '批准', exact: true }).click()
  await expect(page.getByText('已批准').first()).toBeVisible()

  // Approved is not published: the officer sees it waiting, and takes it back for the tests to come.
  await become(page, 'officer')
  await page.goto('/console/notices')
  await expect(page.getByRole('link', { name: '已批准，待发布' })).toBeVisible()
  await edit(page, 'marketing')
  await expect(waiting.getByRole('button', { name: '按批准发布' })).toBeVisible()
  await accessible(page)
  await waiting.getByRole('button', { name: '撤回提请' }).click()
  await expect(waiting).toHaveCount(0)
  await drop(page, 'marketing')

  // A purpose that rests on no consent stops nothing, and needs somebody else all the same.
  await drop(page, 'rescue')
  await edit(page, 'rescue')
  await rewrite(page, widen('emergency-rescue'))
  await page.getByRole('button', { name: '模拟发布' }).click()
  await expect(page.getByText('其中有扩大：依据同意的用途须重新征求同意')).toBeVisible()
  await page.getByLabel('理由').fill('急救时通知一家公司')
  await fresh(page, 'officer')
  await page.getByRole('button', { name: '提请批准' }).click()
  await expect(page.getByText('已提请，等待他人决定')).toBeVisible()
  const second = (await waiting.getAttribute('data-approval')) ?? ''
  await become(page, 'deputy')
  const { digest } = (await call(page, 'GET', `/api/v1/approvals/${second}`)).body
  await stepUp(page, 'deputy')
  const decision = { decision: 'approve', digest }
  expect((await call(page, 'PUT', `/api/v1/approvals/${second}/decision`, decision)).status).toBe(200)
  await become(page, 'officer')
  await edit(page, 'rescue')
  await fresh(page, 'officer')
  await waiting.getByRole('button', { name: '按批准发布' }).click()
  await expect(page.getByText(/第 \d+ 版已发布并生效/)).toBeVisible()
  await expect(waiting).toHaveCount(0)
})

test('a new notice begins with a template or with nothing', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/notices')
  await page.getByText(/范本 · 3/).click()
  await expect(page.getByText('已在使用').first()).toBeVisible()
  await page.getByRole('button', { name: '新建告知' }).click()
  const dialog = page.getByRole('dialog', { name: '新建告知' })
  await dialog.getByLabel('名称').fill('rescue')
  await dialog.getByRole('button', { name: '开始编写' }).click()
  await expect(dialog.getByText('已有这个名称的告知')).toBeVisible()
  await dialog.getByLabel('名称').fill('loyalty-club')
  await dialog.getByRole('button', { name: '开始编写' }).click()
  await expect(source(page)).toHaveValue(/^name = "loyalty-club"/)
  await expect(page.getByText(/\d+ 处问题，不能发布/)).toBeVisible()
  await page.getByRole('button', { name: '插入' }).click()
  await page.getByRole('menuitem', { name: '接收方' }).click()
  await expect(source(page)).toHaveValue(/\[\[recipient\]\]/)
  await rewrite(page, (text) => text.replace('name = "loyalty-club"', 'name = "privacy"'))
  await expect(page.getByText('会发布到另一份告知')).toBeVisible()
})

test('each purpose tells why it needs what it collects, in three answers', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/register')
  const reviews = page.locator('section', { has: page.getByRole('heading', { name: '收集必要性评审' }) })
  await expect(reviews.getByText('15 个用途中 15 个已评审')).toBeVisible()
  await reviews.getByText('召回通知', { exact: true }).click()
  const asked = ['没有这些字段，什么事做不成？', '为什么不能更少、更粗、更短？', '还权衡过哪些办法，为何不取？']
  for (const question of asked) await expect(reviews.getByText(question).locator('visible=true')).toHaveCount(1)
  await expect(reviews.getByText('只公告不逐一通知')).toBeVisible()
  await accessible(page)
})
