// Audiences: who may be reached now, why not the others; the answer stays in the page and leads to its entry.
import { readFile } from 'node:fs/promises'
import { done, write } from './api'
import { accessible, as, expect, test } from './console'
import { become, fresh, shown } from './office'

test('a pasted list is sifted, the ids are taken along, and what was pasted beside them goes nowhere', async ({ page }) => {
  await as(page, 'sysadmin')
  await fresh(page, 'sysadmin')
  const people: string[] = []
  for (const at of [1, 2, 3]) {
    const mobile = `1390666000${at}`
    people.push((await write(page, 'customer', { name: '测试人', mobile })).subject)
  }
  await become(page, 'officer')
  await fresh(page, 'officer')
  const notice = await shown(page, 'marketing')
  const say = (subject: string | undefined, more: object) =>
    done(page, 'officer', 'PUT', `/api/v1/subjects/${subject}/consents/marketing-contact`, {
      form: 'general',
      through: 'paper',
      notice,
      ...more,
    })
  await say(people[0], { state: 'given', most_per_month: 2 })
  await say(people[1], { state: 'refused' })

  await page.goto('/console/audiences')
  await accessible(page)
  await page.getByRole('combobox', { name: '用途' }).click()
  await page.getByTitle('营销与关怀').click()
  await page.getByRole('button', { name: '询问', exact: true }).click()
  await expect(page.getByText('没有识别到客户编号')).toBeVisible()
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/audiences')) sent.push(request.postData() ?? '')
  })
  const lines = people.map((subject, at) => `${subject},13812340000,第${at}行`)
  await page.getByLabel('客户编号').fill([...lines, people[0], 'sub_00000000000000000000000000'].join('\n'))
  await expect(page.getByText('识别到 4 个编号，另有 1 个重复')).toBeVisible()
  await page.getByRole('button', { name: '询问', exact: true }).click()

  const parts = page.getByRole('table', { name: '名单构成' })
  await expect(parts.getByRole('row', { name: /此刻可触达/ })).toContainText('1')
  await expect(parts.getByRole('row', { name: /拒绝或已撤回/ })).toContainText('1')
  await expect(parts.getByRole('row', { name: /未曾表示/ })).toContainText('1')
  await expect(parts.getByRole('row', { name: /没有此人/ })).toContainText('1')
  expect(sent).toHaveLength(1)
  expect(sent[0]).not.toContain('13812340000')
  await accessible(page)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载编号（CSV）' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^audience-marketing-contact-\d{8}T\d{4}Z\.csv$/)
  const text = await readFile(await download.path(), 'utf8')
  expect(text).toBe(`subject,most_per_month\n${people[0]},2\n`)

  // Of now: a withdrawal, and the next answer leaves them out.
  await say(people[0], { state: 'withdrawn' })
  await page.getByRole('button', { name: '重新询问' }).click()
  await expect(parts.getByRole('row', { name: /拒绝或已撤回/ })).toContainText('2')
  await expect(page.getByRole('button', { name: '下载编号（CSV）' })).toBeDisabled()

  // It goes with the page.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]))
  expect(kept).not.toContain('sub_')
  expect(page.url()).not.toContain('sub_')
  await page.reload()
  await expect(page.getByText('选择用途与渠道后询问')).toBeVisible()
})

test('among everybody, an answer of more than ten minutes ago is not sent by', async ({ page }) => {
  await page.clock.install()
  await as(page, 'officer')
  await page.goto('/console/audiences')
  await page.getByRole('combobox', { name: '用途' }).click()
  await page.getByTitle('营销与关怀').click()
  await page.getByRole('combobox', { name: '渠道' }).click()
  await page.getByTitle('短信').click()
  await page.getByText('全体客户', { exact: true }).click()
  await page.getByRole('button', { name: '询问', exact: true }).click()
  const parts = page.getByRole('table', { name: '名单构成' })
  await expect(parts.getByRole('row', { name: /未曾表示/ })).toBeVisible()
  await expect(page.getByText('刚刚')).toBeVisible()
  await page.clock.runFor(11 * 60_000)
  await expect(page.getByText('答复已超过 10 分钟')).toBeVisible()
  await expect(page.getByRole('button', { name: '下载编号（CSV）' })).toBeDisabled()
})
