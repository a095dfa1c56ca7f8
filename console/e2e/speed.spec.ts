// How fast the console is: only when asked for, with SHOUXIN_SPEED set; it prints what it measured and holds
// it to nothing. `cargo xtask console speed` runs it over a deployment with many entries.
import type { Browser, Page } from '@playwright/test'
import { as, expect, openRecord, test } from './console'
import { host } from './host'
import { NOTICE } from './notice'

const ROUNDS = 5

test.describe('speed', () => {
  test.skip(!process.env.SHOUXIN_SPEED, 'SHOUXIN_SPEED is not set')

  test('first paint of the first page, nothing cached', async ({ browser }) => {
    const times = []
    for (let round = 0; round < ROUNDS; round++) times.push(await cold(browser))
    print('first contentful paint, sign-in, cold', times)
  })

  test('the record until it can be worked with', async ({ page }) => {
    await as(page, 'adviser')
    const record = await openRecord(page)
    const times = []
    for (let round = 0; round < ROUNDS; round++) {
      await page.goto(record)
      await page.getByRole('button', { name: '申请查看' }).first().waitFor()
      times.push(await page.evaluate(() => performance.now()))
    }
    print('record interactive, from navigation', times)
  })

  test('the banner of the widget on a page of another site', async ({ browser }) => {
    const shop = await host({ notices: { [NOTICE]: [] } })
    const times = []
    for (let round = 0; round < ROUNDS; round++) times.push(await asked(browser, `${shop.origin}/${NOTICE}`))
    await shop.stop()
    print('banner painted, after load, cold', times)
  })

  test('scrolling the ledger', async ({ page }) => {
    await as(page, 'auditadmin')
    await page.goto('/console/ledger')
    const rows = page.getByRole('row')
    await expect(rows.nth(5)).toBeVisible()
    const frames = await scrolled(page)
    print('frame while scrolling the ledger', frames)
    const long = frames.filter((ms) => ms > 50).length
    console.log(`  ${frames.length} frames, ${long} of them longer than 50 ms`)
  })
})

async function cold(browser: Browser): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto('/console/')
  await page.getByLabel('账号').waitFor()
  const painted = await page.waitForFunction(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  )
  const paint = Number(await painted.jsonValue())
  await context.close()
  return paint
}

/** Milliseconds from the page's load event to the frame that shows the banner; 0 if it came before. */
async function asked(browser: Browser, origin: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.addInitScript(() => {
    let loaded = Infinity
    addEventListener('load', () => (loaded = performance.now()))
    const frame = () => {
      const shown = document.querySelector('shouxin-consent')?.shadowRoot?.querySelector('section')
      const height = shown?.getBoundingClientRect().height ?? 0
      // The frame after the one in which it has a place.
      if (height > 0 && loaded < Infinity) {
        requestAnimationFrame((now) => Object.assign(window, { asked: Math.max(0, now - loaded) }))
      } else requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await page.goto(origin)
  const painted = await page.waitForFunction(() => (window as unknown as { asked?: number }).asked?.toString())
  const took = Number(await painted.jsonValue())
  await context.close()
  return took
}

/** Turns the wheel over the page for a while; gives how long each frame took, in milliseconds. */
async function scrolled(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = []
    let last = performance.now()
    const frame = (now: number) => {
      frames.push(now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    Object.assign(window, { frames })
  })
  await page.getByRole('main').hover()
  for (let turn = 0; turn < 120; turn++) {
    await page.mouse.wheel(0, 800)
    await page.waitForTimeout(16)
  }
  return page.evaluate(() => (window as unknown as { frames: number[] }).frames)
}

function print(what: string, times: number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0)
  console.log(`  ${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms, of ${times.length}`)
}
