// Importing a file over the pages: a damaged one explained, a messy one with refused rows that come back as a file.
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { accessible, as, expect, test } from './console'
import { code, persona } from './personas'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

async function openImport(page: Page) {
  await as(page, 'sysadmin')
  await page.goto('/console/import')
  await expect(page.getByRole('heading', { name: '导入数据' })).toBeVisible()
}

const choose = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType, buffer })

/** Shows the second factor where it is asked for. */
async function stepUp(page: Page) {
  const dialog = page.getByRole('dialog', { name: '再次出示第二因素' })
  const shows = await dialog.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  )
  if (!shows) return
  await dialog.getByLabel('六位动态口令').fill(await code(persona('sysadmin').totp))
  await dialog.getByRole('button', { name: '确认' }).click()
}

// Numbers that nobody has: no other test looks for them.
const ROWS = [
  ['测试甲', '13900007701', 'LZZTE5T03TA000001', '=HYPERLINK("http://x","y")'],
  ['测试乙', '1.39E+10', '', '=1+1'],
  ['测试丙', '13900007703', '', '正常'],
]

/** A file as Excel saves it in China: GB18030, a number that lost its digits, formulas. */
function messy(): Buffer {
  const sample = readFileSync(new URL('../../profiles/after-sales/samples/customers-gb18030.csv', import.meta.url))
  return sample
}

test('a damaged spreadsheet is refused in plain words', async ({ page }) => {
  await openImport(page)
  await accessible(page)
  await choose(page, 'customers.xlsx', XLSX, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(900, 7)]))
  await expect(page.getByRole('alert').first()).toContainText('不是 .xlsx 表格，或文件已损坏')
  await expect(page.getByText('这个文件读不出来，可以这样处理')).toBeVisible()
  await accessible(page)
  await choose(page, 'old.xls', 'application/vnd.ms-excel', Buffer.from('d0cf11e0a1b11ae1', 'hex'))
  await expect(page.getByRole('alert').first()).toContainText('另存为不带密码的 .xlsx')
  await choose(page, 'empty.csv', 'text/csv', Buffer.from(' \n'))
  await expect(page.getByRole('alert').first()).toContainText('文件为空')
})

test('a messy file is mapped with masked samples, tried, imported, and its refused rows come back', async ({ page }) => {
  await openImport(page)
  const answers: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/imports/')) answers.push(await response.text().catch(() => ''))
  })
  const header = '姓名,手机号,车架号,备注\n'
  const text = header + ROWS.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')
  await choose(page, 'customers.csv', 'text/csv', Buffer.from(text))
  const columns = page.getByRole('table', { name: '列与字段' })
  await expect(columns.getByRole('row')).toHaveCount(5)
  await expect(columns.getByText('139****7701')).toBeVisible()
  for (const value of ['13900007701', '测试甲', 'LZZTE5T03TA000001']) {
    expect(await page.content()).not.toContain(value)
    expect(answers.join()).not.toContain(value)
  }
  await accessible(page)

  await page.getByRole('button', { name: '试导（不写入）' }).click()
  await stepUp(page)
  await expect(page.getByRole('heading', { name: '试导结果' })).toBeVisible()
  const found = page.getByRole('table', { name: '发现的问题' })
  await expect(found.getByRole('row', { name: /第 3 行/ })).toContainText('被拒')
  await accessible(page)
  await page.getByRole('button', { name: /开始导入 \d+ 行/ }).click()
  await accessible(page)
  await page.getByRole('button', { name: '开始导入', exact: true }).click()
  await expect(page.getByRole('heading', { name: '导入结果' })).toBeVisible()
  await expect(page.getByRole('table', { name: '被拒的行' }).getByRole('row', { name: /第 3 行/ })).toBeVisible()
  await accessible(page)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载被拒的 1 行' }).click(),
  ])
  const refused = readFileSync(await download.path(), 'utf8')
  expect(refused).toContain('"行","原因","姓名","手机号","车架号","备注"')
  expect(refused).toMatch(/"3","[^"]+","测试乙","1.39E\+10","","'=1\+1"/)
  expect(refused).not.toContain('测试甲')
  // The server's outcomes hold no row.
  expect(answers.join()).not.toContain('测试乙')
})

test('a file in GB18030 is read as it is, and one that was sent before changes nothing', async ({ page }) => {
  await openImport(page)
  await choose(page, 'customers-gb18030.csv', 'text/csv', messy())
  await expect(page.getByRole('table', { name: '列与字段' }).getByText('手机号码')).toBeVisible()
  await page.getByRole('button', { name: '试导（不写入）' }).click()
  await stepUp(page)
  await expect(page.getByRole('heading', { name: '试导结果' })).toBeVisible()
  await page.getByRole('button', { name: '换一个文件' }).click()
  await expect(page.getByRole('table', { name: '近期导入' })).toBeVisible()
})
