// Discovery: a scan comes in as a file, is held against the register, decided about by keyboard, and learned from.
import { done } from './api'
import { accessible, as, expect, test } from './console'
import { scanOf, sendCrm } from './discovery'
import { become } from './office'

// Names of their own, so that the tests run again over the same data.
const STAMP = Date.now().toString(36)
const ONE = (source: string) => scanOf(source, [{ path: ['public', 'copy', 'tel'], what: { PHONE: 90 } }])

test('without a scan the screen says how to run one', async ({ page }) => {
  await as(page, 'officer')
  await page.route('**/api/v1/discoveries/sources', (route) => route.fulfill({ json: { sources: [] } }))
  await page.goto('/console/discovery')
  await expect(page.getByRole('heading', { name: '还没有扫描过任何来源' })).toBeVisible()
  await expect(page.getByText('shouxin scan postgres://reader@db.example.com/crm --format discovery > crm-db.json')).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: /复制: shouxin discoveries send/ }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('shouxin discoveries send crm-db.json')
  await accessible(page)
})

test('a scan that is dropped is taken in; what is no scan is not sent', async ({ page }) => {
  await as(page, 'officer')
  await page.goto('/console/discovery')
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/discoveries')) sent.push(request.url())
  })
  const drop = async (name: string, text: string) => {
    const data = await page.evaluateHandle(
      ([name, text]) => {
        const data = new DataTransfer()
        data.items.add(new File([text as string], name as string, { type: 'application/json' }))
        return data
      },
      [name, text],
    )
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: data })
  }
  await drop('photo.json', '{"not": "a scan"}')
  await expect(page.getByText('这个文件不是扫描结果')).toBeVisible()
  expect(sent).toEqual([])
  const scan = JSON.stringify({ ...ONE(`dropped-${STAMP}`), unread: [{ path: ['public', 'archive'], why: 'database' }] })
  await drop('scan.json', scan)
  await expect(page.getByText('已收到：新发现 1 项')).toBeVisible()
  await expect(page.getByRole('table', { name: '来源' }).getByRole('row', { name: `dropped-${STAMP}` })).toContainText('登记册未声明')
  // What it could not read is told, and why.
  await expect(page.getByText('有 1 处未能读取，其中原有的发现保持不变')).toBeVisible()
  const unread = page.getByRole('listitem').filter({ hasText: 'public / archive' })
  await expect(unread).toContainText('数据库拒绝或出错')
  // The same file again.
  await drop('scan.json', scan)
  await expect(page.getByText('这份扫描已收到过')).toBeVisible()
})

test('a finding is opened from the heat map, and confirmed with what is to be done', async ({ page }) => {
  await as(page, 'officer')
  await sendCrm(page)
  await page.goto('/console/discovery')
  await page.getByRole('button', { name: 'crm-db', exact: true }).click()
  const map = page.getByRole('table', { name: '位置与类型的命中占比' })
  await expect(map.getByRole('row', { name: /service_note/ })).toBeVisible()
  // What stands under the names of the register is declared; the copy of it is not.
  await expect(map.getByRole('button', { name: /customer \/ mobile 手机号 已声明/ })).toBeVisible()
  await expect(map.getByRole('button', { name: /customer \/ email 身份证号 级别偏低/ })).toBeVisible()
  await page.getByTitle('表格').click()
  await expect(page.getByRole('table', { name: '位置与类型的命中占比' }).getByRole('row', { name: /export_2023/ })).toContainText('90%')
  await page.getByTitle('热力图').click()
  await map.getByRole('button', { name: /export_2023 \/ contact 手机号 未声明/ }).click()

  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('此处有个人信息，登记册没有任何字段说明它在这里')).toBeVisible()
  await expect(drawer.getByRole('img', { name: '占比 90%，95% 区间 85.0%–95.0%' })).toBeVisible()
  await expect(drawer).toContainText('售后服务部 / After-sales service')
  await expect(drawer).toContainText('推算 263,500 至 294,500 行')
  await accessible(page)
  await drawer.getByRole('button', { name: '确认' }).click()
  const asked = page.getByRole('dialog', { name: '确认此项' })
  await expect(asked.getByRole('radio', { name: /在登记册中声明/ })).toBeChecked()
  await asked.getByRole('button', { name: '确认' }).click()
  await expect(page.getByText(/已记录，/)).toBeVisible()
  await expect(drawer.getByText('已确认')).toBeVisible()
  await expect(drawer.locator('.disc-history li')).toHaveCount(2)
  await expect(drawer.getByRole('link', { name: '去写登记册草案' })).toBeVisible()
  await drawer.getByRole('button', { name: '重新打开' }).click()
  await expect(drawer.getByText('待处理')).toBeVisible()
})

test('facets narrow the list and stand in the address; the keyboard decides', async ({ page }) => {
  await as(page, 'officer')
  await sendCrm(page)
  await page.goto('/console/discovery?source=crm-db')
  const list = page.getByRole('table', { name: '发现列表' })
  await expect(list.getByRole('row').nth(1)).toContainText('高')
  await page.getByRole('group', { name: '级别' }).getByRole('button', { name: /^低/ }).click()
  await expect(page).toHaveURL(/severity=low/)
  await expect(list.getByRole('row')).toHaveCount(2)
  await expect(list).toContainText('web_log / address')
  await page.keyboard.press('j')
  await page.keyboard.press('d')
  const asked = page.getByRole('dialog', { name: '忽略此项' })
  await asked.getByRole('button', { name: '忽略' }).click()
  await expect(asked.getByText('请选择理由')).toBeVisible()
  await asked.getByRole('radio', { name: /已知并接受/ }).check()
  await asked.getByRole('button', { name: '忽略' }).click()
  await expect(asked.getByText('请选择一年以内的日期')).toBeVisible()
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  await asked.getByLabel('接受到哪一天').fill(day)
  await accessible(page)
  await asked.getByRole('button', { name: '忽略' }).click()
  await expect(page.getByText('没有符合条件的发现')).toBeVisible()
  await page.getByRole('group', { name: '状态' }).getByRole('button', { name: /已忽略/ }).click()
  await expect(list).toContainText('web_log / address')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('已知并接受')
  await page.getByRole('dialog').getByRole('button', { name: '重新打开' }).click()
  await expect(page.getByText(/已重新打开/)).toBeVisible()
})

test('what was dismissed in three places is proposed, accepted by somebody else, and taken back', async ({ page }) => {
  await as(page, 'officer')
  const places = ['a', 'b', 'c', 'd', 'e'].map((table) => ({ path: ['lab', table, `sample_${STAMP}`], what: { QQ: 40 } }))
  await done(page, 'officer', 'POST', '/api/v1/discoveries', scanOf(`lab-${STAMP}`, places))
  const { findings } = await done(page, 'officer', 'GET', `/api/v1/discoveries?source=lab-${STAMP}`)
  for (const { finding } of findings.slice(0, 3)) {
    const body = { decision: 'dismiss', reason: 'not-personal' }
    await done(page, 'officer', 'PUT', `/api/v1/discoveries/${finding}/decision`, body)
  }
  await page.goto(`/console/discovery?source=lab-${STAMP}`)
  const pattern = page.locator('.disc-patterns li').filter({ hasText: `sample_${STAMP}` })
  await expect(pattern).toContainText('采纳将消除 2 项待处理')
  await expect(pattern).toContainText('须由另一人采纳')
  await expect(pattern.getByRole('button', { name: '采纳' })).toBeDisabled()

  await become(page, 'deputy')
  await page.goto(`/console/discovery?source=lab-${STAMP}`)
  const list = page.getByRole('table', { name: '发现列表' })
  await expect(list.getByRole('row')).toHaveCount(3)
  await pattern.getByRole('button', { name: '采纳' }).click()
  await expect(page.getByRole('dialog')).toContainText('现在会消除 2 项待处理')
  await page.getByRole('dialog').getByRole('button', { name: '采纳' }).click()
  await expect(page.getByText('没有符合条件的发现')).toBeVisible()
  await expect(pattern).toContainText('现忽略 2 项')
  await pattern.getByRole('button', { name: '收回' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '收回' }).click()
  await expect(list.getByRole('row')).toHaveCount(3)
})

test('whoever only reads is offered nothing to decide', async ({ page }) => {
  await as(page, 'officer')
  await sendCrm(page)
  await become(page, 'auditadmin')
  await page.goto('/console/discovery?state=any')
  const list = page.getByRole('table', { name: '发现列表' })
  await expect(list.getByRole('row').nth(1)).toBeVisible()
  await expect(page.locator('.drop')).toHaveCount(0)
  await list.getByRole('button').first().click()
  await expect(page.getByRole('dialog').getByText('您可以查看')).toBeVisible()
  await expect(page.getByRole('dialog').getByRole('button', { name: '确认' })).toHaveCount(0)
})
