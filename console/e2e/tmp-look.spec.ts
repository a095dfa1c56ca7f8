import { as, test } from './console'
import { SCREENS, show } from './screens'
for (const [theme, language] of [['light', 'zh'], ['dark', 'en']] as const)
  for (const width of [1440, 390])
    for (const screen of SCREENS.filter(({ name }) => name.startsWith(process.env.LOOK ?? 'discovery')))
      test(`${screen.name} ${theme} ${language} ${width}`, async ({ page }) => {
        await as(page, screen.as)
        await page.setViewportSize({ width, height: 900 })
        await show(page, screen, theme, language)
        await page.waitForTimeout(300)
        await page.screenshot({ path: `/tmp/q5/pics/${screen.name}-${theme}-${language}-${width}.png`, fullPage: !screen.then })
      })
