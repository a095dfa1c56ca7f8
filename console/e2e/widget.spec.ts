// The consent widget on a page of another site, under that site's own strict policy, against the real server; and
// the customer's page at the counter.
import { type Browser, type Page } from '@playwright/test'
import { call, makeCustomer } from './api'
import { accessible, as, expect, test } from './console'
import { host, type Host } from './host'
import { asked, NOTICE, prepare, RESCUE, type Asked } from './notice'

const SHOUXIN = process.env.SHOUXIN_URL ?? 'http://127.0.0.1:8080'

test.use({ viewport: { width: 390, height: 844 } })

let plain: Asked
/** Needs a consent of its own, and gives data to a partner. */
let apart: Asked
let shop: Host

test.beforeAll(async ({ browser }) => {
  await prepare(browser)
  ;[plain, apart] = await Promise.all([asked(NOTICE), asked(RESCUE)])
  expect([plain.in_all, plain.share, apart.in_all, apart.share]).toEqual([true, false, false, true])
  shop = await host({
    notices: { [NOTICE]: [plain.name, apart.name], [RESCUE]: [apart.name] },
    signals: `analytics_storage=${plain.name} ad_storage=${plain.name} ad_user_data=${plain.name},ad_user_data=${apart.name}`,
  })
})

test.afterAll(() => shop.stop())

const widget = (page: Page) => page.locator('shouxin-consent')
const banner = (page: Page) => page.getByRole('region', { name: '您的隐私选择' })
const pill = (page: Page) => page.getByRole('button', { name: '隐私设置' })
const ran = (page: Page) => page.evaluate(() => (window as unknown as { ran?: string[] }).ran ?? [])
const state = (page: Page) =>
  widget(page).evaluate((one) => (one as unknown as { state(): { on: string[]; because: string } }).state())

/** The signals of Google's consent mode, as tags would read them. */
const signals = (page: Page) =>
  page.evaluate(() => {
    const { dataLayer = [] } = window as unknown as { dataLayer?: ArrayLike<unknown>[] }
    return dataLayer.map((words) => Array.from(words) as [string, string, Record<string, string>])
  })

async function objects(page: Page) {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })
  })
}

test('nothing runs before the receipt, the three answers are alike, and an answer is kept', async ({ page }) => {
  await page.goto(`${shop.origin}/${NOTICE}`)
  await expect(banner(page)).toBeVisible()
  const boxes = await banner(page).getByRole('button').evaluateAll((all) =>
    all.map((one) => {
      const { width, height, y } = one.getBoundingClientRect()
      const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(one)
      return { width: Math.round(width), height, y, color, backgroundColor, fontSize, fontWeight }
    }),
  )
  expect(boxes).toHaveLength(3)
  expect(boxes[1]).toEqual(boxes[0])
  expect(boxes[2]).toEqual(boxes[0])
  expect(boxes[0]?.height).toBeGreaterThanOrEqual(44)
  // No wall: what lies behind can be used.
  await page.getByRole('link', { name: '商品' }).click()
  expect(await ran(page)).toEqual([])
  expect(await signals(page)).toContainEqual([
    'consent',
    'default',
    { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied' },
  ])

  let released = false
  await page.route('**/widget/v1/consents', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await ran(page)).toEqual([])
    released = true
    await route.continue()
  })
  await banner(page).getByRole('button', { name: '全部同意' }).click()
  await expect(pill(page)).toBeFocused()
  expect(released).toBe(true)
  await expect.poll(() => ran(page)).toContain(plain.name)
  expect(await ran(page)).not.toContain(apart.name)
  expect((await signals(page)).at(-1)).toEqual([
    'consent',
    'update',
    { ad_storage: 'granted', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'granted' },
  ])
  await expect(page.getByText('已记录您的选择')).toBeVisible()

  await page.unroute('**/widget/v1/consents')

  // Loaded again: known, not asked, and running.
  await page.reload()
  await expect(pill(page)).toBeVisible()
  await expect(banner(page)).toBeHidden()
  await expect.poll(() => ran(page)).toContain(plain.name)
  expect((await state(page)).because).toBe('known')

  // Taken back with the same ease: one press of the button that stays, one answer.
  await pill(page).click()
  await page.getByRole('dialog').getByRole('button', { name: '全部拒绝' }).click()
  await expect(page.getByText('刷新页面后停止')).toBeVisible()
  await page.reload()
  await expect(pill(page)).toBeVisible()
  await expect(banner(page)).toBeHidden()
  expect(await ran(page)).toEqual([])
})

test('what needs a consent of its own is switched on by itself alone', async ({ page }) => {
  await page.goto(`${shop.origin}/${RESCUE}`)
  // There is nothing here to agree to by one button.
  await expect(banner(page).getByRole('button')).toHaveText(['全部拒绝', '逐项选择'])
  await banner(page).getByRole('button', { name: '逐项选择' }).click()
  const panel = page.getByRole('dialog')
  await expect(panel).toContainText('须单独同意')
  const toggle = panel.getByRole('switch', { name: apart.title })
  await expect(toggle).not.toBeChecked()
  await toggle.check()
  await panel.getByRole('button', { name: '保存选择' }).click()
  await expect.poll(() => ran(page)).toEqual([apart.name])
  // And shown as it is when the panel is opened again.
  await pill(page).click()
  await expect(toggle).toBeChecked()
})

test('Global Privacy Control keeps off what gives data to others, says so, and stands in the receipt', async ({ page }) => {
  await page.goto(`${shop.origin}/${RESCUE}`)
  await banner(page).getByRole('button', { name: '逐项选择' }).click()
  await page.getByRole('dialog').getByRole('switch', { name: apart.title }).check()
  await page.getByRole('dialog').getByRole('button', { name: '保存选择' }).click()
  await expect.poll(() => ran(page)).toEqual([apart.name])

  // The same person turns the signal on: what runs is what it leaves.
  await objects(page)
  await page.reload()
  await pill(page).click()
  const panel = page.getByRole('dialog')
  await expect(panel).toContainText('全球隐私控制')
  await expect(panel.getByRole('switch', { name: apart.title })).toBeDisabled()
  await expect(panel.getByRole('switch', { name: apart.title })).not.toBeChecked()
  expect(await ran(page)).toEqual([])
  const sent = page.waitForResponse('**/widget/v1/consents')
  await panel.getByRole('button', { name: '保存选择' }).click()
  expect(await (await sent).json()).toMatchObject({ gpc: true, on: [], off: [apart.name] })
})

test('the header alone is honoured too, before anything is said', async ({ page }) => {
  // A page cannot set it, and this browser does not: it is added on the way.
  await page.route('**/widget/v1/**', async (route) => {
    const headers = { ...route.request().headers(), 'sec-gpc': '1' }
    await route.fulfill({ response: await route.fetch({ headers }) })
  })
  await page.goto(`${shop.origin}/${RESCUE}`)
  await expect(banner(page)).toContainText('全球隐私控制')
  const sent = page.waitForResponse('**/widget/v1/consents')
  await banner(page).getByRole('button', { name: '全部拒绝' }).click()
  expect(await (await sent).json()).toMatchObject({ gpc: true, off: [apart.name] })
})

test('without a receipt the answer counts as refused, is said aloud, and is asked again', async ({ page, heard }) => {
  await page.route('**/widget/v1/consents', (route) => route.abort())
  await page.goto(`${shop.origin}/${NOTICE}`)
  await banner(page).getByRole('button', { name: '全部同意' }).click()
  await expect(banner(page).getByRole('alert')).toContainText('按“拒绝”处理')
  expect(await ran(page)).toEqual([])
  expect(await state(page)).toMatchObject({ because: 'failed', on: [] })
  expect((await signals(page)).at(-1)?.[2]['analytics_storage']).toBe('denied')
  await page.reload()
  await expect(banner(page)).toBeVisible()
  expect(await ran(page)).toEqual([])
  await page.unroute('**/widget/v1/consents')
  await banner(page).getByRole('button', { name: '全部同意' }).click()
  await expect.poll(() => ran(page)).toContain(plain.name)
  takeBack(heard, /ERR_FAILED/)
})

test('where the server is away nothing runs, and the button says so', async ({ page, heard }) => {
  await page.route('**/widget/v1/**', (route) => route.abort())
  await page.goto(`${shop.origin}/${NOTICE}`)
  await pill(page).click()
  await expect(page.getByText('暂时无法连接隐私设置')).toBeVisible()
  expect(await ran(page)).toEqual([])
  takeBack(heard, /ERR_FAILED/)
})

test('a page of a site that the settings do not name gets nothing', async ({ page, heard }) => {
  const other = await host({ notices: { [NOTICE]: [plain.name] } }, 0)
  await page.goto(`${other.origin}/${NOTICE}`)
  await expect(pill(page)).toBeVisible()
  expect((await state(page)).because).toBe('away')
  expect(await ran(page)).toEqual([])
  await other.stop()
  takeBack(heard, /blocked by CORS policy|ERR_FAILED/)
})

test('everything can be done with the keyboard, and Esc leads back', async ({ page }) => {
  await page.goto(`${shop.origin}/${NOTICE}`)
  await expect(banner(page)).toBeVisible()
  const choose = banner(page).getByRole('button', { name: '逐项选择' })
  for (let presses = 0; presses < 10 && !(await focused(page, '逐项选择')); presses++) await page.keyboard.press('Tab')
  await expect(choose).toBeFocused()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog')
  await expect(panel).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await expect(choose).toBeFocused()
  await page.keyboard.press('Enter')
  const toggle = panel.getByRole('switch').first()
  await toggle.focus()
  await page.keyboard.press('Space')
  await expect(toggle).toBeChecked()
  await panel.getByRole('button', { name: '保存选择' }).focus()
  await page.keyboard.press('Enter')
  await expect(pill(page)).toBeFocused()
})

const focused = (page: Page, text: string) =>
  page.evaluate((text) => document.activeElement?.shadowRoot?.activeElement?.textContent === text, text)

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 320]) {
    test(`banner and panel pass axe, ${colorScheme}, ${width} px wide, both directions`, async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 640 })
      await page.goto(`${shop.origin}/${NOTICE}`)
      await expect(banner(page)).toBeVisible()
      await accessible(page)
      await banner(page).getByRole('button', { name: '逐项选择' }).click()
      await accessible(page)
      for (const direction of ['ltr', 'rtl']) {
        await page.evaluate((direction) => (document.documentElement.dir = direction), direction)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        expect(wide).toBeLessThanOrEqual(width)
        const panel = await page.getByRole('dialog').evaluate((one) => [one.scrollWidth, one.clientWidth])
        expect(panel[0]).toBeLessThanOrEqual(panel[1] ?? 0)
      }
    })
  }
}

test('the page speaks English where the host does', async ({ page }) => {
  await page.addInitScript(() => {
    document.addEventListener('readystatechange', () => (document.documentElement.lang = 'en'))
  })
  await page.goto(`${shop.origin}/${NOTICE}`)
  await expect(page.getByRole('button', { name: 'Refuse all' })).toBeVisible()
})

test('the server says where the widget is and that it honours GPC', async ({ request }) => {
  const told = await (await request.get(`${SHOUXIN}/api/v1/widget`)).json()
  const file = await request.get(SHOUXIN + told.url)
  expect(file.headers()['cache-control']).toContain('immutable')
  expect(file.headers()['access-control-allow-origin']).toBe('*')
  expect((await request.get(`${SHOUXIN}/widget/shouxin-consent.js`)).status()).toBe(404)
  expect(await (await request.get(`${SHOUXIN}/.well-known/gpc.json`)).json()).toMatchObject({ gpc: true })
})

for (const javaScriptEnabled of [true, false]) {
  test(`the counter, ${javaScriptEnabled ? 'with' : 'without'} scripts on the customer's phone`, async ({ page, browser }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await as(page, 'sysadmin')
    const number = `WO-2026-${javaScriptEnabled ? 970001 : 970002}`
    const { subject } = await makeCustomer(page, javaScriptEnabled ? '13900970001' : '13900970002', number)
    await page.context().clearCookies()
    await as(page, 'adviser')
    const path = `/api/v1/subjects/${subject}/counter-sessions`
    const said = javaScriptEnabled ? '同意' : '不同意'
    const opened = await call(page, 'POST', path, {
      purpose: 'repair-service',
      notice: RESCUE,
      purposes: [apart.name],
      language: 'zh',
    })
    expect(opened.status, JSON.stringify(opened.body)).toBe(201)
    expect(opened.body.qr).toContain('<svg')
    const outcome = async () => (await call(page, 'GET', `${path}/${opened.body.id}`)).body
    expect((await outcome()).state).toBe('waiting')

    const phone = await customer(browser, javaScriptEnabled)
    await phone.goto(opened.body.url)
    const question = phone.getByRole('group', { name: apart.title })
    await expect(question).toContainText('partner@example.com')
    expect(await phone.getByRole('radio', { checked: true }).count()).toBe(0)
    const [no, yes] = await question.locator('label').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width))
    expect(yes).toBeCloseTo(no ?? 0, 0)
    // Axe is a script.
    if (javaScriptEnabled) await accessible(phone)
    await question.getByRole('radio', { name: said === '同意' ? /^同意/ : /^不同意/ }).check()
    await phone.getByRole('button', { name: '提交' }).click()
    await expect(phone.getByRole('heading', { name: '已记录您的选择' })).toBeVisible()
    const answered = javaScriptEnabled ? { on: [apart.name], off: [] } : { on: [], off: [apart.name] }
    expect(await outcome()).toMatchObject({ state: 'answered', ...answered })
    // Good for one answer.
    await phone.goto(opened.body.url)
    await expect(phone.getByText('请让顾问重新出示二维码')).toBeVisible()
    await phone.context().close()
  })
}

async function customer(browser: Browser, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, javaScriptEnabled, locale: 'zh-CN' })
  return context.newPage()
}

/** What a test made go wrong itself. */
function takeBack(heard: string[], what: RegExp) {
  for (let n = heard.length - 1; n >= 0; n--) if (what.test(heard[n] ?? '')) heard.splice(n, 1)
}
