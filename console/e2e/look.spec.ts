// Pictures of every screen, to be looked at: only when asked for, with SHOUXIN_PICTURES naming a folder.
import { as, openRecord, test } from './console'

const folder = process.env.SHOUXIN_PICTURES

test.describe('pictures', () => {
  test.skip(!folder, 'SHOUXIN_PICTURES names no folder')
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['zh', 'en'] as const) {
      test(`${theme} ${language}`, async ({ page }) => {
        const take = (name: string) => page.screenshot({ path: `${folder}/${name}-${theme}-${language}.png` })
        const choose = () =>
          page.evaluate(
            ([theme, language]) => {
              localStorage.setItem('shouxin.theme', theme ?? '')
              localStorage.setItem('shouxin.language', language ?? '')
            },
            [theme, language],
          )
        await page.goto('/console/')
        await choose()
        await page.reload()
        await page.waitForTimeout(300)
        await take('sign-in')
        await page.evaluate(() => localStorage.clear())
        await as(page, 'adviser')
        const record = await openRecord(page)
        await choose()
        for (const [name, path] of [
          ['record', record],
          ['records', '/console/records'],
          ['explain', '/console/explain?read=rd_1'],
          ['register', '/console/register'],
          ['account', '/console/account'],
        ] as const) {
          await page.goto(path)
          await page.waitForLoadState('networkidle')
          await take(name)
        }
      })
    }
  }
})
