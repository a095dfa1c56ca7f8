// Pictures of every screen, to be looked at: only when asked for, with SHOUXIN_PICTURES naming a folder.
import { as, test } from './console'
import { choose, SCREENS, show } from './screens'

const folder = process.env.SHOUXIN_PICTURES

test.describe('pictures', () => {
  test.skip(!folder, 'SHOUXIN_PICTURES names no folder')
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['zh', 'en'] as const) {
      const path = (name: string) => `${folder}/${name}-${theme}-${language}.png`
      test(`sign-in ${theme} ${language}`, async ({ page }) => {
        await page.goto('/console/')
        await choose(page, theme, language)
        await page.reload()
        await page.waitForLoadState('networkidle')
        await page.screenshot({ path: path('sign-in') })
      })
      for (const screen of SCREENS) {
        test(`${screen.name} ${theme} ${language}`, async ({ page }) => {
          await as(page, screen.as)
          await show(page, screen, theme, language)
          await page.screenshot({ path: path(screen.name) })
        })
      }
    }
  }
})
