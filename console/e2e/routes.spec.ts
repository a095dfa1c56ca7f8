// Every screen, in both themes: nothing that WCAG 2.2 AA forbids, and nothing the browser complains about.
import { accessible, as, test } from './console'
import { SCREENS, show } from './screens'

for (const screen of SCREENS) {
  for (const [theme, language] of [['light', 'zh'], ['dark', 'en']] as const) {
    test(`${screen.name} is accessible, ${theme} ${language}`, async ({ page }) => {
      await as(page, screen.as)
      await show(page, screen, theme, language)
      await accessible(page)
    })
  }
}
